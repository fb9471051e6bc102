#!/usr/bin/env bash
# How long search_docs takes over HTTP when several clients ask at once. Measures, and asserts
# nothing but that every call is answered.
#
#   load.sh MCDEWEY INDEX NODE INSPECTOR_DIR
#
# MCDEWEY is the program (a release build, for numbers worth keeping), INDEX an index that answers
# the question below. NODE and INSPECTOR_DIR are those of run.sh. It needs python3, no packages.
#
# Two clients measure the same calls. The Inspector is what people have: one thread of Node.js
# reads every answer and checks it against its schema, and its latencies hold the time that answers
# wait for that thread. load.py does nothing but send and read, so its latencies are the server's,
# give or take those of its row `none`, which searches nothing. Clients and server share the cores
# of this machine, so all latencies are upper bounds; the server's own work is the last column.

set -euo pipefail

if [ $# -ne 4 ]; then
    sed -n '2,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
fi
readonly MCDEWEY="$1" INDEX="$2" NODE="$3" INSPECTOR="$4/node_modules/.bin/mcp-inspector"
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
WORK="$(mktemp -d)"
CLOCK_TICKS="$(getconf CLK_TCK)"
readonly HERE WORK CLOCK_TICKS
readonly QUESTION="${QUESTION:-how are TLS client certificates checked?}"
readonly N_REQUESTS=500 N_CONNECTIONS=8 START_SECONDS=60

# shellcheck source-path=SCRIPTDIR source=../server.sh
. "$HERE/../server.sh"
trap 'stop_server; rm -rf "$WORK"' EXIT

FAILED=0

give_up() {
    tail -n 20 "$2" >&2
    printf 'FAILED: %s\n' "$1" >&2
    exit 1
}

serve() {
    start_server "$WORK/serve.json" "$START_SECONDS" \
        "$MCDEWEY" serve --bind 127.0.0.1:0 --json --index "$INDEX" \
        || give_up "the server did not start" "$WORK/serve.json.stderr"
    MCP_URL="$("$NODE" -p 'JSON.parse(fs.readFileSync(process.argv[1])).mcp' "$WORK/serve.json")"
}

# Processor time of the server so far, in ticks of the clock; 0 where the system does not say.
server_ticks() {
    local fields
    if ! read -r -a fields 2>/dev/null <"/proc/$SERVER/stat"; then
        printf 0
        return 0
    fi
    printf '%s' "$((fields[13] + fields[14]))"
}

by_load_py() {
    python3 "$HERE/load.py" "$MCP_URL" "$1" "$N_REQUESTS" "$N_CONNECTIONS" "$QUESTION"
}

by_inspector() {
    local given
    given="$("$NODE" -p 'JSON.stringify({query: process.argv[1], mode: process.argv[2]})' "$QUESTION" "$1")"
    HOME="$WORK" "$NODE" "$INSPECTOR" --cli "$MCP_URL" --protocol-era modern --format json \
        --method tools/call --tool-name search_docs --tool-args-json "$given" \
        --load --load-requests "$N_REQUESTS" --load-concurrency "$N_CONNECTIONS"
}

# measure CLIENT MODE: one row.
measure() {
    local client="$1" mode="$2" before
    before="$(server_ticks)"
    "by_$client" "$mode" >"$WORK/result.json" 2>"$WORK/result.stderr" \
        || give_up "$client, $mode" "$WORK/result.stderr"
    "$NODE" -e '
        const [file, client, mode, ms] = process.argv.slice(1);
        const said = JSON.parse(fs.readFileSync(file, "utf8"));
        const it = said.result ?? said;
        const { p50, p99 } = it.latencyMs ?? it;
        const errors = it.errors + (it.toolErrors ?? 0);
        const cells = [client.padEnd(10), mode.padEnd(8), it.requests, errors];
        const numbers = [p50, p99, p99 / p50, ms / (it.sent ?? it.requests)];
        const row = [...cells, ...numbers.map((number) => number.toFixed(2))];
        console.log(row.map((cell) => String(cell).padStart(9)).join(""));
        if (errors > 0) console.error(it.errorMessages.join("\n"));
        process.exit(errors > 0 ? 1 : 0);
    ' "$WORK/result.json" "$client" "$mode" \
        "$(((1000 * ($(server_ticks) - before)) / CLOCK_TICKS))" || FAILED=1
}

serve
printf '%s connections, times in ms; cpu is processor time of the server per call\n' "$N_CONNECTIONS"
printf '%9s ' client && printf '%9s' mode calls errors p50 p99 p99/p50 cpu && printf '\n'
measure load_py none
for mode in lexical hybrid; do
    measure load_py "$mode"
    measure inspector "$mode"
done

if [ "$FAILED" -ne 0 ]; then
    printf 'load FAILED: not every call was answered\n' >&2
    exit 1
fi
