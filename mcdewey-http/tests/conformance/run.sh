#!/usr/bin/env bash
# The official MCP conformance suite, on both of its dated sets of requirements.
#
#   run.sh NODE SUITE_JS FIXTURE_PROGRAM MCDEWEY_PROGRAM OUT_DIR
#
# NODE is Node.js 22 or later, SUITE_JS is dist/index.js of @modelcontextprotocol/conformance,
# FIXTURE_PROGRAM is the example `conformance`. What the suite and the servers said is in OUT_DIR.
#
# The fixture program must pass everything. The shipped program must pass everything but what is
# listed in expected-failures-*.yaml, and must fail what is listed: a list that is out of date
# fails too, and what to add or remove is printed. In both, a warning of the suite is a failure.

set -euo pipefail

if [ $# -ne 5 ]; then
    sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
fi
readonly NODE="$1" SUITE="$2" FIXTURES="$3" MCDEWEY="$4" OUT="$5"
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly HERE
readonly REVISIONS=(2026-07-28 2025-11-25)
readonly START_SECONDS=30

# shellcheck source-path=SCRIPTDIR source=../server.sh
. "$HERE/../server.sh"

FAILED=0

note() { printf '   %s\n' "$*"; }
complain() {
    printf '   FAILED: %s\n' "$*" >&2
    FAILED=1
}

# start NAME COMMAND...: starts a server, and waits until it has said its address.
start() {
    local name="$1"
    shift
    start_server "$OUT/$name.address" "$START_SECONDS" "$@" && return 0
    complain "$name did not start"
    exit 1
}

# Until the documents are indexed, the lists that the suite compares change.
await_ready() {
    local deadline=$((SECONDS + START_SECONDS))
    until "$NODE" -e 'fetch(process.argv[1]).then(it => process.exit(it.ok ? 0 : 1), () => process.exit(1))' \
        "$1/health/ready"; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            complain "$1 is not ready after $START_SECONDS s"
            exit 1
        fi
        sleep 0.1
    done
}

# run_set NAME URL REVISION EXPECTED: runs one set, and says how many checks passed.
run_set() {
    local name="$1" url="$2" revision="$3" expected="$4" log="$OUT/$1-$3.log"
    local status=0 total listed
    "$NODE" "$SUITE" server --url "$url" --requirements "$revision" \
        --expected-failures "$expected" -o "$OUT/$name-$revision" >"$log" 2>&1 || status=$?
    total="$(sed -n 's/^Total: //p' "$log" | tail -n 1)"
    # Failures that are not scored are in the total, but in no list.
    listed="$(grep -c '^  ~ ' "$log" || true)"
    note "$name at $revision: ${total:-no result}, $listed as listed"
    if [ "$status" -ne 0 ]; then
        # From the list of deviations on, or all there is if the suite did not come that far.
        sed 's/\x1b\[[0-9;]*m//g' "$log" | sed -n '/^Total: /,$p' >&2
        complain "$name at $revision; see $log"
    fi
    # An address where nobody answers, or a set without scenarios, must not pass for success.
    case "$total" in
        "" | "0 passed"*) complain "$name at $revision: nothing passed; see $log" ;;
    esac
}

# Unlisted failures count in what is scored only; here the rest must pass too.
check_all_passed() {
    local log="$OUT/$1-$2.log"
    if ! grep -q '^Total: .* 0 failed' "$log"; then
        grep '^✗' "$log" >&2 || true
        complain "$1 at $2: not everything passed; see $log"
    fi
}

run_fixtures() {
    local url revision
    start fixtures "$FIXTURES" 127.0.0.1:0
    url="$(head -n 1 "$OUT/fixtures.address")"
    : >"$OUT/nothing.yaml"
    for revision in "${REVISIONS[@]}"; do
        run_set fixtures "$url" "$revision" "$OUT/nothing.yaml"
        check_all_passed fixtures "$revision"
    done
    stop_server
}

run_mcdewey() {
    local url revision docs="$OUT/docs"
    mkdir -p "$docs/example/lamp/1.0" "$docs/example/kettle/2.1"
    printf '# Lamp manual\n\n## Power\n\nPress the button to switch the lamp on.\n' \
        >"$docs/example/lamp/1.0/manual.md"
    printf '# Kettle manual\n\n## Descaling\n\nFill the kettle with vinegar.\n' \
        >"$docs/example/kettle/2.1/manual.md"
    start mcdewey "$MCDEWEY" serve "$docs" --bind 127.0.0.1:0 --json --embedder hashed --index "$OUT/index"
    url="$("$NODE" -p 'JSON.parse(fs.readFileSync(process.argv[1])).url' "$OUT/mcdewey.address")"
    await_ready "$url"
    for revision in "${REVISIONS[@]}"; do
        run_set mcdewey "$url/mcp" "$revision" "$HERE/expected-failures-$revision.yaml"
    done
    stop_server
}

# Results of an earlier run would stand beside those of this one; nothing else is ever removed.
rmdir "$OUT" 2>/dev/null || true
if [ -e "$OUT" ] && [ ! -e "$OUT/.conformance" ]; then
    complain "$OUT exists, and is not of an earlier run; name another folder"
    exit 2
fi
rm -rf "$OUT"
mkdir -p "$OUT"
: >"$OUT/.conformance"

run_fixtures
run_mcdewey
if [ "$FAILED" -ne 0 ]; then
    printf 'conformance FAILED\n' >&2
    exit 1
fi
note "conformance: all as it should be"
