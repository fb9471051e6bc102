#!/usr/bin/env bash
# The web pages in a real browser.
#
#   run.sh MCDEWEY OUT_DIR NODE NODE_MODULES [FILE.test.mjs...]
#
# MCDEWEY is the program, NODE is Node.js 22 or later, NODE_MODULES is the folder with
# playwright-core, axe-core and html-validate. The browser is Chromium, found on the PATH or named
# by CHROMIUM; curl tries what the pages say of it. Pictures of every page and the logs of servers
# are in OUT_DIR. Nothing but this machine is asked for anything.

set -euo pipefail

if [ $# -lt 4 ]; then
    sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
fi
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly HERE MCDEWEY="$1" OUT_ASKED="$2" NODE="$3" MODULES_ASKED="$4"
shift 4
readonly START_SECONDS=30
# Files of tests at a time, each with a browser. Chosen by hand: for a machine with two cores.
readonly AT_ONCE=2
# Of one file of tests. The slowest takes a minute where nothing else runs.
readonly TIMEOUT_MS=600000

# shellcheck source-path=SCRIPTDIR source=../server.sh
. "$HERE/../server.sh"

fail() {
    printf '   FAILED: %s\n' "$*" >&2
    exit 1
}

# Pictures of an earlier run would stand beside those of this one; nothing else is ever removed.
rmdir "$OUT_ASKED" 2>/dev/null || true
if [ -e "$OUT_ASKED" ] && [ ! -e "$OUT_ASKED/.browser" ]; then
    fail "$OUT_ASKED exists, and is not of an earlier run; name another folder"
fi
rm -rf "$OUT_ASKED"
mkdir -p "$OUT_ASKED"
: >"$OUT_ASKED/.browser"
OUT="$(cd "$OUT_ASKED" && pwd)"
NODE_MODULES="$(cd "$MODULES_ASKED" && pwd)"
CHROMIUM="${CHROMIUM:-$(command -v chromium || true)}"
[ -n "$CHROMIUM" ] || fail "no chromium on the PATH"

"$NODE" "$HERE/docs.mjs" "$OUT/docs"
"$MCDEWEY" index "$OUT/docs" --index "$OUT/index" --embedder hashed >"$OUT/index.log" 2>&1 \
    || { cat "$OUT/index.log" >&2; fail "index"; }

start_server "$OUT/address.json" "$START_SECONDS" \
    "$MCDEWEY" serve --bind 127.0.0.1:0 --json --embedder hashed --index "$OUT/index" \
    || fail "the server did not start"
SITE="$("$NODE" -p 'JSON.parse(fs.readFileSync(process.argv[1])).url' "$OUT/address.json")"

export SITE OUT NODE_MODULES CHROMIUM MCDEWEY
tests=("$@")
[ ${#tests[@]} -gt 0 ] || tests=("$HERE"/*.test.mjs)
"$NODE" --test --test-reporter=spec --test-concurrency="$AT_ONCE" --test-timeout="$TIMEOUT_MS" "${tests[@]}" \
    || fail "browser tests; pictures and the server's log are in $OUT"
