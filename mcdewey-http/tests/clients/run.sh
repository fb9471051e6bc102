#!/usr/bin/env bash
# Real MCP clients, each over stdio and over HTTP, and all that they do with a library of manuals.
#
#   run.sh MCDEWEY OUT_DIR NODE INSPECTOR_DIR SDK_DIR PYTHON_MODERN PYTHON_INITIALIZE
#
# MCDEWEY is the program; what it and the clients said is in OUT_DIR. NODE is Node.js 22.19 or
# later. INSPECTOR_DIR and SDK_DIR hold node_modules with @modelcontextprotocol/inspector 2.x and
# @modelcontextprotocol/sdk 1.x. PYTHON_MODERN is a Python with `mcp` 2.x, PYTHON_INITIALIZE one
# with `mcp` 1.x.
#
# What a client does is told in story.mjs, and in client.py for Python.

set -euo pipefail

if [ $# -ne 7 ]; then
    sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
fi
readonly MCDEWEY="$1" OUT="$2" NODE="$3" INSPECTOR_DIR="$4" SDK_DIR="$5"
readonly PYTHON_MODERN="$6" PYTHON_INITIALIZE="$7"
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly HERE
readonly DOCS="$OUT/docs" INDEX="$OUT/index"
# In the middle of a manual, so that it has neighbours on both sides.
readonly CHUNK_ID="example::kettle::2.1::manual::3"
readonly MODERN=2026-07-28 INITIALIZE=2025-11-25
readonly START_SECONDS=30
# A client that hangs is a failure. The Inspector starts anew for each of some forty calls.
readonly CLIENT_SECONDS=60
# The server waits up to five seconds for calls under way; where there are none it must not.
readonly EOF_LIMIT_MS=2000

# shellcheck source-path=SCRIPTDIR source=../server.sh
. "$HERE/../server.sh"

STALE_CURSOR=""
FAILED=0

note() { printf '   %s\n' "$*"; }
complain() {
    printf '   FAILED: %s\n' "$*" >&2
    FAILED=1
}

now_ms() { printf '%s' "$((${EPOCHREALTIME/[.,]/} / 1000))"; }

# field FILE EXPRESSION: an expression of the JSON in FILE, as `it`.
field() {
    "$NODE" -e 'const it = JSON.parse(fs.readFileSync(process.argv[1], "utf8")); console.log(eval(process.argv[2]))' \
        "$1" "$2"
}

# write_kettle VERSION MINUTES: eight sections, each a passage of its own that speaks of vinegar.
write_kettle() {
    local version="$1" minutes="$2" manual="$DOCS/example/kettle/$1/manual.md" part parts
    parts=(spout lid filter element sensor switch base cord)
    mkdir -p "$(dirname "$manual")"
    printf '# Kettle manual\n' >"$manual"
    for part in "${parts[@]}"; do
        minutes=$((minutes + 1))
        printf '\n## Descaling the %s\n\n' "$part"
        printf 'Kettle %s: fill it with vinegar up to the %s, and wait %s minutes. ' \
            "$version" "$part" "$minutes"
        printf 'Then rinse the %s with clear water, %s times, until nothing smells.\n' \
            "$part" "$minutes"
    done >>"$manual"
}

write_lamp() {
    local manual="$DOCS/example/lamp/1.0/manual.md"
    mkdir -p "$(dirname "$manual")"
    printf '# Lamp manual\n\n## Power\n\nPress the button to switch the lamp on.\n' >"$manual"
}

# give_up WHAT STDERR: there is nothing to test without what was to be prepared.
give_up() {
    tail -n 20 "$2" >&2
    complain "$1; see $2"
    exit 1
}

index() {
    "$MCDEWEY" index "$DOCS" --index "$INDEX" --embedder hashed --json \
        >"$OUT/index.json" 2>"$OUT/index.stderr" || give_up "indexing" "$OUT/index.stderr"
}

# A cursor is stale only if the library changes after it was given, so one is taken in between.
prepare() {
    local inspector="$INSPECTOR_DIR/node_modules/.bin/mcp-inspector"
    mkdir -p "$DOCS"
    printf 'levels = ["vendor", "product", "version"]\n' >"$DOCS/mcdewey.toml"
    write_kettle 2.0 10
    write_lamp
    index
    "$NODE" "$inspector" --cli "$MCDEWEY" mcp --index "$INDEX" \
        --method tools/call --tool-name search_docs --format json \
        --tool-args-json '{"query": "vinegar", "product": ["kettle"], "limit": 6}' \
        >"$OUT/before.json" 2>"$OUT/before.stderr" || give_up "the first search" "$OUT/before.stderr"
    STALE_CURSOR="$(field "$OUT/before.json" it.result.structuredContent.next.arguments.cursor)"

    write_kettle 2.1 30
    index
}

# facts VERSION: what story.mjs and client.py cannot know by themselves.
facts() {
    printf '{"version": "%s", "staleCursor": "%s", "chunkId": "%s"}' "$1" "$STALE_CURSOR" "$CHUNK_ID"
}

# serve: sets MCP_URL.
serve() {
    start_server "$OUT/serve.json" "$START_SECONDS" \
        "$MCDEWEY" serve --bind 127.0.0.1:0 --json --index "$INDEX" \
        || give_up "the server did not start" "$OUT/serve.json.stderr"
    MCP_URL="$(field "$OUT/serve.json" it.mcp)"
}

# client NAME VERSION COMMAND...: the command takes the facts, then what to connect to.
client() {
    local name="$1" version="$2" transport log started target
    shift 2
    for transport in stdio http; do
        case "$transport" in
            stdio) target=("$MCDEWEY" mcp --index "$INDEX") ;;
            http) target=("$MCP_URL") ;;
        esac
        log="$OUT/$name-$transport.log"
        started="$(now_ms)"
        if timeout "$CLIENT_SECONDS" "$@" "$(facts "$version")" "${target[@]}" \
            >"$log" 2>"$log.stderr" </dev/null && [ -s "$log" ]; then
            note "$name, $transport, $version: $(tail -n 1 "$log"), $(($(now_ms) - started)) ms"
        else
            tail -n 20 "$log.stderr" >&2
            complain "$name, $transport; see $log.stderr"
        fi
    done
}

# ends_at_once WHAT INPUT: the stdio server, when its input ends after INPUT.
ends_at_once() {
    local what="$1" input="$2" started status=0 took
    started="$(now_ms)"
    printf '%s' "$input" | timeout "$CLIENT_SECONDS" "$MCDEWEY" mcp --index "$INDEX" \
        >"$OUT/eof.out" 2>"$OUT/eof.stderr" || status=$?
    took=$(($(now_ms) - started))
    if [ "$status" -ne 0 ] || [ "$took" -ge "$EOF_LIMIT_MS" ]; then
        complain "stdio, $what: exit code $status after $took ms; see $OUT/eof.stderr"
    else
        note "stdio, $what: exit code 0 after $took ms"
    fi
}

check_end_of_input() {
    local initialize='{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "'$INITIALIZE'", "capabilities": {}, "clientInfo": {"name": "eof", "version": "1"}}}'
    local initialized='{"jsonrpc": "2.0", "method": "notifications/initialized"}'
    local search='{"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "search_docs", "arguments": {"query": "vinegar"}}}'
    ends_at_once "nothing was said" ""
    ends_at_once "after initialize" "$initialize"$'\n'"$initialized"$'\n'
    ends_at_once "with a call under way" "$initialize"$'\n'"$initialized"$'\n'"$search"$'\n'
    # The call was read before the input ended, so it is answered.
    if ! grep -q '"id":2,.*example::kettle::' "$OUT/eof.out"; then
        complain "stdio: the call under way had no answer; see $OUT/eof.out"
    fi
}

# Results of an earlier run would stand beside those of this one; nothing else is ever removed.
rmdir "$OUT" 2>/dev/null || true
if [ -e "$OUT" ] && [ ! -e "$OUT/.clients" ]; then
    complain "$OUT exists, and is not of an earlier run; name another folder"
    exit 2
fi
rm -rf "$OUT"
mkdir -p "$OUT/home"
: >"$OUT/.clients"
# Clients keep settings there; those of whoever runs this are neither read nor written.
export HOME="$OUT/home"

prepare
serve
client inspector-modern "$MODERN" "$NODE" "$HERE/inspector.mjs" "$INSPECTOR_DIR" modern
client inspector-legacy "$INITIALIZE" "$NODE" "$HERE/inspector.mjs" "$INSPECTOR_DIR" legacy
client python-modern "$MODERN" "$PYTHON_MODERN" "$HERE/client.py"
client python-initialize "$INITIALIZE" "$PYTHON_INITIALIZE" "$HERE/client.py"
client typescript "$INITIALIZE" "$NODE" "$HERE/client.mjs" "$SDK_DIR"
stop_server
check_end_of_input

if [ "$FAILED" -ne 0 ]; then
    printf 'clients FAILED\n' >&2
    exit 1
fi
note "clients: all as it should be"
