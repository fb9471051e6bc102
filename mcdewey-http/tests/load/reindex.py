"""Tells a server to bring its library up to date, and waits until it has.

    python reindex.py URL

Prints the generation that answers then. A key, if the server needs one, is in MCDEWEY_TEST_KEY.
The exit status is 3 if the server has no route for this.
"""

import json
import os
import sys
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

NO_SUCH_ROUTE = 3
LIMIT_SECONDS = 300
# Often enough to know the generation before the next edition is written.
PAUSE_SECONDS = 0.05


def readiness(url):
    with urlopen(f"{url}/health/ready", timeout=30) as response:
        return json.load(response)


def main():
    url = sys.argv[1]
    key = os.environ.get("MCDEWEY_TEST_KEY")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    deadline = time.monotonic() + LIMIT_SECONDS
    before = readiness(url)["generation"]
    try:
        urlopen(Request(f"{url}/api/v1/reindex", b"", headers, method="POST"), timeout=30).close()
    except HTTPError as error:
        if error.code == 404:
            sys.exit(NO_SUCH_ROUTE)
        sys.exit(f"POST /api/v1/reindex: {error}: {error.read()[:300]!r}")
    # There is something to index, so a generation that has not risen is one that has not begun.
    while True:
        now = readiness(url)
        if now["generation"] > before and not now["updating"]:
            print(now["generation"])
            return
        if time.monotonic() > deadline:
            sys.exit(f"not indexed after {LIMIT_SECONDS} s: {now}")
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
