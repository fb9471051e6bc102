"""Calls search_docs over HTTP from several connections at once, and measures nothing else.

    python load.py MCP_URL MODE N_REQUESTS N_CONNECTIONS QUERY

Each connection is kept, and sends its next call when it has the answer to the last. Prints a line
of JSON in the Inspector's words. MODE is a search mode, or `none` for /health/live: what a request
costs when nothing is searched, which is the share of this program and of HTTP in the others.

An answer without hits is an error: it is quick, and would flatter the others.
"""

import json
import sys
import threading
from http.client import HTTPConnection
from time import perf_counter
from urllib.parse import urlsplit

HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
# Unmeasured calls of each connection: the first ones pay for what is read or built only once.
N_WARM_UP = 3


def ask(connection, path, body):
    """The status and the body of an answer, read to its end."""
    if body is None:
        connection.request("GET", "/health/live")
    else:
        connection.request("POST", path, body, HEADERS)
    response = connection.getresponse()
    return response.status, response.read()


def is_good(status, answer, body):
    if status != 200 or body is None:
        return status == 200
    content = json.loads(answer).get("result", {}).get("structuredContent", {})
    return bool(content.get("hits"))


def percentile(ordered, share):
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main():
    url, mode, n_requests, n_connections, query = sys.argv[1:]
    n_requests, n_connections = int(n_requests), int(n_connections)
    address = urlsplit(url)
    call = {"name": "search_docs", "arguments": {"query": query, "mode": mode}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    body = None if mode == "none" else json.dumps(message)
    latencies, answers, failures = [], [], []
    # All connections are warm before the first is measured.
    barrier = threading.Barrier(n_connections)

    def work(n_calls):
        try:
            connection = HTTPConnection(address.hostname, address.port, timeout=60)
            for _ in range(N_WARM_UP):
                ask(connection, address.path, body)
            barrier.wait()
            for _ in range(n_calls):
                started = perf_counter()
                answer = ask(connection, address.path, body)
                latencies.append(1000 * (perf_counter() - started))
                answers.append(answer)
        except Exception as error:
            failures.append(repr(error))
            barrier.abort()

    shares = [n_requests // n_connections] * n_connections
    shares[0] += n_requests % n_connections
    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Answers are looked into only now: the interpreter runs one thread at a time.
    failures += [str(answer[:300]) for status, answer in answers if not is_good(status, answer, body)]
    n_missing = n_requests - len(answers)
    ordered = sorted(latencies) or [0.0]
    print(
        json.dumps(
            {
                "requests": n_requests,
                "sent": n_requests + N_WARM_UP * n_connections,
                "errors": max(len(failures), n_missing),
                "p50": percentile(ordered, 0.50),
                "p99": percentile(ordered, 0.99),
                "errorMessages": failures[:3],
            }
        )
    )


main()
