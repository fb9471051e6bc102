#!/usr/bin/env bash
# Whether `mcdewey serve` lets go of clients that keep it waiting, and answers others meanwhile.
#
#   slow.sh MCDEWEY INDEX
#
# MCDEWEY is the program (a release build, for numbers worth keeping), INDEX an index with manuals.
# It needs python3, no packages. What is done and what is asked for is said in slow.py; about a
# quarter of a minute. The clients share the cores of this machine with the server.

set -euo pipefail

if [ $# -ne 2 ]; then
    sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
fi
readonly MCDEWEY="$1" INDEX="$2" START_SECONDS=60
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
WORK="$(mktemp -d)"
readonly HERE WORK

# shellcheck source-path=SCRIPTDIR source=../server.sh
. "$HERE/../server.sh"
trap 'stop_server; rm -rf "$WORK"' EXIT

if ! start_server "$WORK/serve.json" "$START_SECONDS" \
    "$MCDEWEY" serve --bind 127.0.0.1:0 --json --index "$INDEX"; then
    printf 'FAILED: the server did not start\n' >&2
    exit 1
fi
URL="$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$WORK/serve.json")"
if ! python3 "$HERE/slow.py" "$URL"; then
    tail -n 20 "$WORK/serve.json.stderr" >&2
    printf 'slow FAILED: not every client was let go in time, or others had to wait\n' >&2
    exit 1
fi
