"""Searches a server that serves the library of library.py, and judges every answer (judge.py).

    python searches.py URL --rate 200 --seconds 30          open loop: so many searches a second
    python searches.py URL --searches 50000 --connections 4 closed loop: each as soon as it can

In the open loop a search is due at a fixed time, whether or not earlier ones are answered, and its
latency counts from then: a server that stops for a second is late for all the searches of that
second, not for one on each connection ("coordinated omission"). If all connections are busy it
waits for one, and the wait counts.

It asks GET /api/v1/search, or search_docs of /mcp where a server has no such route. One thread
sends, reads and judges; what it needs itself is in the row as client_cpu_percent, and how late it
sends what is due in late_p99_ms, so that a latency that is this program's is not taken for the
server's. Prints a line of JSON. The exit status is 1 if there was an error or a mixed answer.
"""

import argparse
import asyncio
import gc
import json
import os
import random
import sys
import time
from collections import Counter, deque
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import library
from judge import Judge

# Nobody waits so long for a search; a server that hangs is an error, not a large maximum.
TIMEOUT_SECONDS = 30
N_COMPLAINTS_SHOWN = 5
HITS = 10


def questions(seed):
    """Questions without end, about half of them about bulletins, always the same for a seed."""
    chance = random.Random(seed)
    places = [place for place, has_bulletin in library.shelves(1)]
    with_bulletin = [place for place, has_bulletin in library.shelves(1) if has_bulletin]
    while True:
        is_bulletin = chance.random() < 0.5
        asked = library.words(chance, 1) + library.rare_words(chance, chance.randint(1, 4))
        if is_bulletin:
            asked += ["bulletin", "edition"]
        if chance.random() < 0.1:
            asked.append(library.identifier(chance))
        question = {"query": " ".join(asked), "mode": chance.choice(["lexical", "hybrid"])}
        if chance.random() < 0.4:
            vendor, product, version = chance.choice(with_bulletin if is_bulletin else places)
            question["vendor"] = [vendor]
            if chance.random() < 0.5:
                question["product"] = [product]
            if chance.random() < 0.3:
                question["version"] = [version]
        question["limit"] = HITS
        yield question


def as_rest(question):
    return "GET", "/api/v1/search?" + urlencode(question, doseq=True), b""


def as_mcp(question):
    call = {"name": "search_docs", "arguments": question}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    return "POST", "/mcp", json.dumps(message).encode()


def from_rest(body):
    return json.loads(body)


def from_mcp(body):
    return json.loads(body)["result"]["structuredContent"]


class Connection(asyncio.Protocol):
    """One kept connection; `send`, and `heard` is called with the status and the body, or with
    None and what went wrong."""

    def __init__(self, number, heard):
        self.number = number
        self._heard = heard
        self._transport = None
        self._data = bytearray()
        self._asked = None
        self._timeout = None

    def connection_made(self, transport):
        self._transport = transport

    @property
    def is_open(self):
        return self._transport is not None and not self._transport.is_closing()

    def send(self, asked, request):
        self._asked = asked
        loop = asyncio.get_running_loop()
        self._timeout = loop.call_later(TIMEOUT_SECONDS, self._end, None, "no answer in time")
        self._transport.write(request)

    def data_received(self, data):
        self._data += data
        if self._asked is None:
            # An answer that nobody asked for would be taken for the next one.
            self._transport.abort()
            return
        end_of_head = self._data.find(b"\r\n\r\n")
        if end_of_head < 0:
            return
        status_line, *fields = bytes(self._data[:end_of_head]).decode("latin-1").split("\r\n")
        head = {}
        for field in fields:
            name, _, value = field.partition(":")
            head[name.strip().lower()] = value.strip()
        if "content-length" not in head:
            self._end(None, "an answer without Content-Length")
            return
        end = end_of_head + 4 + int(head["content-length"])
        if len(self._data) < end:
            return
        body = bytes(self._data[end_of_head + 4 : end])
        del self._data[:end]
        if head.get("connection", "").lower() == "close":
            self._transport.close()
        self._end(int(status_line.split()[1]), body)

    def connection_lost(self, error):
        self._transport = None
        if self._asked is not None:
            self._end(None, f"the connection was closed: {error}")

    def _end(self, status, body):
        asked, self._asked = self._asked, None
        self._timeout.cancel()
        # What still comes after a failure is the answer to nothing.
        if status is None and self._transport is not None:
            self._transport.abort()
        self._heard(self, asked, status, body)


class Asked:
    """A search under way."""

    __slots__ = ("due", "mode", "request")

    def __init__(self, due, mode, request):
        self.due = due
        self.mode = mode
        self.request = request


# How many times as long as asked for a run may take that waits for something.
LONGEST = 10


class Run:
    """All searches of one run of this program."""

    def __init__(self, given):
        address = urlsplit(given.url)
        self.host, self.port = address.hostname, address.port
        head = f"Host: {address.netloc}\r\n"
        if given.key:
            head += f"Authorization: Bearer {given.key}\r\n"
        self.head = head
        self.rate = given.rate
        self.n_searches = int(given.rate * given.seconds) if given.rate else given.searches
        self.until, self.n_most = given.until, LONGEST * self.n_searches
        self.n_connections = given.connections
        self.questions = questions(given.seed)
        self.judge = Judge()
        self.errors = Counter()
        # Seconds since the start when it was due, milliseconds, mode, generation.
        self.answers = []
        self.late = []
        self.n_done = self.n_sent = self.n_reconnects = 0
        self.start = 0.0
        self.idle, self.waiting = deque(), deque()
        self.loop = asyncio.get_running_loop()
        self.done = self.loop.create_future()
        self.as_request, self.read = as_rest, from_rest

    def request(self, question):
        method, path, body = self.as_request(question)
        head = f"{method} {path} HTTP/1.1\r\n{self.head}Accept: application/json, text/event-stream\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"\r\n" + body

    async def connect(self, number, heard):
        made = await self.loop.create_connection(lambda: Connection(number, heard), self.host, self.port)
        return made[1]

    async def choose_route(self):
        """The route that the server has; what this costs the first time is not measured."""
        heard = self.loop.create_future()
        connection = await self.connect(0, lambda *answer: heard.set_result(answer))
        question = {"query": "device", "mode": "lexical", "limit": 1}
        connection.send(Asked(0.0, "", b""), self.request(question))
        _, _, status, body = await heard
        if status is None:
            raise SystemExit(f"cannot search: {body}")
        if status == 404:
            self.as_request, self.read = as_mcp, from_mcp
        return "/mcp" if status == 404 else "/api/v1/search"

    def next_asked(self, due):
        question = next(self.questions)
        self.n_sent += 1
        return Asked(due, question["mode"], self.request(question))

    def send(self, connection, asked):
        if connection.is_open:
            connection.send(asked, asked.request)
        else:
            # A server may close a connection that it waits on.
            self.waiting.append(asked)
            self.reconnect(connection.number)

    def is_more(self):
        """Whether there is more to send; a second more as long as something is waited for."""
        is_awaited = self.until and not os.path.exists(self.until)
        if self.n_sent == self.n_searches < self.n_most and is_awaited:
            self.n_searches += int(self.rate)
        return self.n_sent < self.n_searches

    def tick(self):
        """Sends what is due; in the open loop only."""
        while self.is_more():
            due = self.start + self.n_sent / self.rate
            if due > self.loop.time():
                self.loop.call_at(due, self.tick)
                return
            asked = self.next_asked(due)
            if self.idle:
                self.late.append(self.loop.time() - due)
                self.send(self.idle.popleft(), asked)
            else:
                self.waiting.append(asked)

    def heard(self, connection, asked, status, body):
        now = self.loop.time()
        self.n_done += 1
        generation = self.look_into(connection, status, body)
        if generation is not None:
            latency_ms = 1000 * (now - asked.due)
            self.answers.append((asked.due - self.start, latency_ms, asked.mode, generation))
        if self.n_done == self.n_searches:
            self.done.set_result(None)
        elif connection.is_open:
            self.go_on_with(connection)
        else:
            self.reconnect(connection.number)

    def look_into(self, connection, status, body):
        """The generation that answered; None if it was no good answer."""
        if status != 200:
            said = body if status is None else f"status {status}: {body[:200]!r}"
            self.errors[said] += 1
            return None
        try:
            answer = self.read(body)
            self.judge.hear(connection.number, answer)
            return answer["generation"]
        except (ValueError, LookupError, TypeError) as error:
            self.errors[f"not a whole answer: {error!r} in {body[:200]!r}"] += 1
            return None

    def go_on_with(self, connection):
        if self.waiting:
            self.send(connection, self.waiting.popleft())
        elif self.rate:
            self.idle.append(connection)
        elif self.n_sent < self.n_searches:
            self.send(connection, self.next_asked(self.loop.time()))

    def reconnect(self, number):
        self.n_reconnects += 1
        connecting = self.loop.create_task(self.connect(number, self.heard))
        connecting.add_done_callback(self.reconnected)

    def reconnected(self, connecting):
        if connecting.exception() is None:
            self.go_on_with(connecting.result())
        elif not self.done.done():
            # Without connections the rest would never be sent.
            self.done.set_exception(connecting.exception())

    async def run(self):
        connections = [await self.connect(number, self.heard) for number in range(self.n_connections)]
        self.start = self.loop.time() + (0.1 if self.rate else 0.0)
        if self.rate:
            self.idle.extend(connections)
            self.loop.call_at(self.start, self.tick)
        else:
            for connection in connections[: self.n_searches]:
                self.go_on_with(connection)
        await self.done
        return self.loop.time() - self.start


def percentile(ordered, share):
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2) if ordered else 0.0


def processor_seconds(pid):
    """Of the process so far; None where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def percent(before, after, seconds):
    return None if before is None or after is None else round(100 * (after - before) / seconds)


def read_commits(path):
    """Lines of a generation and the edition that was committed as it; the last may be half written."""
    lines = [line.split() for line in Path(path).read_text().splitlines()]
    return [(int(line[0]), int(line[1])) for line in lines if len(line) == 2]


async def measure(given):
    run = Run(given)
    route = await run.choose_route()
    gc.collect()
    gc.freeze()
    # A collection is a pause in which answers wait unread; little here is ever in a cycle.
    gc.disable()
    server_before, client_before = processor_seconds(given.pid), time.process_time()
    seconds = await run.run()
    server_after, client_after = processor_seconds(given.pid), time.process_time()
    if given.commits:
        run.judge.compare(read_commits(given.commits))
    if given.latencies:
        rows = [f"{due:.3f} {ms:.2f} {mode} {generation}" for due, ms, mode, generation in run.answers]
        Path(given.latencies).write_text("\n".join(rows) + "\n")
    by_mode = {
        mode: percentile(sorted(row[1] for row in run.answers if row[2] == mode), 0.99)
        for mode in ["lexical", "hybrid"]
    }
    ordered = sorted(row[1] for row in run.answers)
    return {
        "route": route,
        "searches": run.n_searches,
        "per_second": round(run.n_done / seconds, 1),
        "errors": run.errors.total(),
        "mixed": len(run.judge.complaints),
        "witnesses": run.judge.n_witnesses,
        "generations": len(run.judge.generations),
        "p50_ms": percentile(ordered, 0.50),
        "p99_ms": percentile(ordered, 0.99),
        "p999_ms": percentile(ordered, 0.999),
        "max_ms": percentile(ordered, 1.0),
        "p99_lexical_ms": by_mode["lexical"],
        "p99_hybrid_ms": by_mode["hybrid"],
        "late_p99_ms": percentile(sorted(1000 * late for late in run.late), 0.99),
        "reconnects": run.n_reconnects,
        "server_cpu_percent": percent(server_before, server_after, seconds),
        "client_cpu_percent": percent(client_before, client_after, seconds),
        "said": [f"{n} times: {said}" for said, n in run.errors.most_common(N_COMPLAINTS_SHOWN)]
        + run.judge.complaints[:N_COMPLAINTS_SHOWN],
    }


def main():
    parser = argparse.ArgumentParser(description="searches a server, and judges every answer")
    parser.add_argument("url")
    parser.add_argument("--rate", type=float, default=0.0, help="searches a second; 0: closed loop")
    parser.add_argument("--seconds", type=float, default=30.0, help="with --rate")
    parser.add_argument("--until", help="with --rate: on beyond that, until this file is there")
    parser.add_argument("--searches", type=int, default=1000, help="without --rate")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seed", default="1", help="any text")
    parser.add_argument("--key", default=os.environ.get("MCDEWEY_TEST_KEY"))
    parser.add_argument("--pid", default="none", help="the server's process id")
    parser.add_argument("--commits", help="file of generations and their editions, read at the end")
    parser.add_argument("--latencies", help="file to write: due, ms, mode, generation")
    row = asyncio.run(measure(parser.parse_args()))
    print(json.dumps(row))
    sys.exit(1 if row["errors"] or row["mixed"] else 0)


if __name__ == "__main__":
    main()
