# shellcheck shell=bash
# A server for a suite of tests, stopped by its process id whatever happens. Sourced by each run.sh.

SERVER=""

stop_server() {
    [ -n "$SERVER" ] || return 0
    kill "$SERVER" 2>/dev/null || true
    wait "$SERVER" 2>/dev/null || true
    SERVER=""
}
trap stop_server EXIT

# start_server NAME SECONDS COMMAND...: sets SERVER. COMMAND says its address on stdout, which goes
# to the file NAME; stderr goes to NAME.stderr, and its end is shown if there is no address in time.
start_server() {
    local name="$1" deadline=$((SECONDS + $2))
    shift 2
    "$@" >"$name" 2>"$name.stderr" &
    SERVER=$!
    until [ -s "$name" ]; do
        if ! kill -0 "$SERVER" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
            tail -n 20 "$name.stderr" >&2
            return 1
        fi
        sleep 0.1
    done
}
