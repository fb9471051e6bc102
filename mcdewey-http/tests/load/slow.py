"""Clients that keep a server waiting, in every way there is, and one that wants an answer meanwhile.

    python slow.py URL

Opens at the same time N_HALF_HEADS connections with half a head, N_STALLED_BODIES with a body that
does not come, and N_SLOW_READERS that ask for the largest page again and again and read a byte a
second. Meanwhile asks /health/live, each time on a new connection. Prints how many of each kind the
server has closed, how long after they were opened the last of them was, and how long the answers of
/health/live took. Exits with 1 if a connection was not closed within SECONDS, an answer did not
come, or their 99th percentile reached LIMIT_MS.

A reader that is slow learns late that the connection has ended, since what came before waits in its
own buffers. It looks for the reset instead, which the system reports at once, whatever is unread;
an orderly end behind unread data would not count.
"""

import re
import select
import socket
import sys
from http.client import HTTPConnection
from multiprocessing import Event, Pipe, Process
from time import monotonic, sleep
from urllib.parse import urlsplit

N_HALF_HEADS, N_STALLED_BODIES, N_SLOW_READERS = 200, 50, 50
SECONDS, LIMIT_MS, ASKS_A_SECOND = 15.0, 100.0, 20
# Far above what the buffers of both ends can hold: 6 MB to write, and what the reader asks for.
ANSWER_BYTES = 32 * 1024 * 1024
RECEIVE_BUFFER_BYTES = 4096
N_PAGES_LOOKED_AT = 300
LINK = re.compile(r'href="(/(?:doc|browse)[^"#]*)')


class Client:
    """A connection that keeps the server waiting."""

    def __init__(self, kind, address, request, receive_buffer=None):
        self.kind = kind
        self.opened = monotonic()
        self.closed = None
        self.last_read = self.opened
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(address)
        self.socket.sendall(request)
        self.socket.setblocking(False)

    @property
    def is_slow_reader(self):
        return self.kind == "slow reader"

    def events(self):
        """What to wait for; a reset is always reported."""
        return 0 if self.is_slow_reader else select.POLLIN

    def look(self, events):
        if events & (select.POLLERR | select.POLLHUP):
            self.closed = monotonic()
        elif events & select.POLLIN:
            self.read(4096)

    def read(self, n_bytes):
        self.last_read = monotonic()
        try:
            if not self.socket.recv(n_bytes):
                self.closed = monotonic()
        except BlockingIOError:
            pass
        except OSError:
            self.closed = monotonic()


def ask(address, over, told):
    """Asks /health/live at a fixed rate until it is over, then tells the latencies and failures.

    An answer that is late counts from when it was due.
    """
    latencies, failures = [], []
    due = monotonic()
    while not over.is_set():
        try:
            status, _ = get(address, "/health/live")
            if status != 200:
                failures.append(f"status {status}")
        except OSError as error:
            failures.append(repr(error))
        latencies.append(1000 * (monotonic() - due))
        due += 1 / ASKS_A_SECOND
        sleep(max(0.0, due - monotonic()))
    told.send((latencies, failures))


def get(address, path):
    """The status and the body of an answer, on a connection of its own."""
    connection = HTTPConnection(*address, timeout=SECONDS)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def largest_page(address):
    """The longest page that links lead to, and how long it is."""
    waiting, seen, sizes = ["/browse"], {"/browse"}, {}
    while waiting and len(sizes) < N_PAGES_LOOKED_AT:
        path = waiting.pop(0)
        status, page = get(address, path)
        if status != 200:
            continue
        sizes[path] = len(page)
        for found in LINK.findall(page.decode("utf-8")):
            link = found.replace("&amp;", "&")
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    if not sizes:
        sys.exit("the server shows no page")
    path = max(sizes, key=sizes.get)
    return path, sizes[path]


def requests(host, page, n_bytes):
    """For each kind, what its connections send, in turn."""
    mcp = (
        f"POST /mcp HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        "Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\n"
        'Mcp-Method: tools/list\r\nContent-Length: 1000\r\n\r\n{"j'
    )
    search = f"GET /search?q=how HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000\r\n\r\nx"
    posted = f"POST /search HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nx"
    read = f"GET {page} HTTP/1.1\r\nHost: {host}\r\n\r\n" * (ANSWER_BYTES // n_bytes + 1)
    return [
        ("half a head", N_HALF_HEADS, [f"GET /health/live HTTP/1.1\r\nHost: {host}\r\nX-a: "]),
        ("stalled body", N_STALLED_BODIES, [mcp, search, mcp, posted]),
        ("slow reader", N_SLOW_READERS, [read]),
    ]


def attack(address, kinds):
    """Opens them all, and watches them until they are closed or have had their time."""
    clients = []
    for kind, n_clients, texts in kinds:
        buffer = RECEIVE_BUFFER_BYTES if kind == "slow reader" else None
        for n in range(n_clients):
            request = texts[n % len(texts)].encode()
            clients.append(Client(kind, address, request, buffer))
    poll = select.poll()
    by_file = {client.socket.fileno(): client for client in clients}
    for file, client in by_file.items():
        poll.register(file, client.events())
    while by_file:
        for file, events in poll.poll(50):
            by_file[file].look(events)
        now = monotonic()
        for file, client in list(by_file.items()):
            if client.is_slow_reader and client.closed is None and now - client.last_read >= 1:
                client.read(1)
            if client.closed is not None or now - client.opened > SECONDS:
                poll.unregister(file)
                del by_file[file]
    return clients


def percentile(ordered, share):
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def report(kinds, clients, latencies, failures):
    """Prints what was seen; true if it was as it should be."""
    print(f"{'':14}{'opened':>8}{'closed':>8}{'last after':>12}")
    for kind, n_clients, _ in kinds:
        times = [it.closed - it.opened for it in clients if it.kind == kind and it.closed]
        last = f"{max(times):.1f} s" if times else "-"
        print(f"{kind:14}{n_clients:8}{len(times):8}{last:>12}")
    ordered = sorted(latencies)
    p50, p99 = percentile(ordered, 0.50), percentile(ordered, 0.99)
    print(
        f"/health/live, asked {len(ordered)} times, {len(failures)} without an answer: "
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {ordered[-1]:.1f} ms"
    )
    for failure in failures[:3]:
        print(failure, file=sys.stderr)
    are_closed = all(client.closed is not None for client in clients)
    return are_closed and not failures and p99 < LIMIT_MS


def main():
    url = urlsplit(sys.argv[1])
    address = (url.hostname, url.port)
    page, n_bytes = largest_page(address)
    print(f"the largest page is {page}, {n_bytes} bytes")
    kinds = requests(url.netloc, page, n_bytes)
    # A process of its own: a thread would wait for the one that opens the connections.
    over, (hears, told) = Event(), Pipe(duplex=False)
    asker = Process(target=ask, args=(address, over, told), daemon=True)
    asker.start()
    try:
        clients = attack(address, kinds)
    finally:
        over.set()
    latencies, failures = hears.recv()
    sys.exit(0 if report(kinds, clients, latencies, failures) else 1)


if __name__ == "__main__":
    main()
