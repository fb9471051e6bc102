# shellcheck shell=bash
# A server with an administrator's key on a library of library.py, and that library changed and
# indexed while it is served. Sourced by scripts that have set MCDEWEY, OUT and LOAD (this folder).

readonly DOCS="$OUT/docs" INDEX="$OUT/index" COMMITS="$OUT/commits"
readonly START_SECONDS=120

# shellcheck source-path=SCRIPTDIR source=../server.sh
. "$LOAD/../server.sh"

# The modules here are imported where they lie; nothing is written beside them.
export PYTHONDONTWRITEBYTECODE=1

URL=""
EDITION=1
# Where the server is told to, or another process does it, while the server runs.
BY=api

give_up() {
    [ -z "${2:-}" ] || tail -n 20 "$2" >&2
    printf 'FAILED: %s\n' "$1" >&2
    exit 1
}

# field FILE NAME...: a value in a file of JSON.
field() {
    python3 -c '
import json, sys
it = json.load(open(sys.argv[1]))
for name in sys.argv[2:]:
    it = it[name]
print(it)' "$@"
}

# clear_out MARK: an empty OUT. Results of an earlier run would stand beside those of this one;
# nothing else is ever removed.
clear_out() {
    rmdir "$OUT" 2>/dev/null || true
    if [ -e "$OUT" ] && [ ! -e "$OUT/$1" ]; then
        printf '%s exists, and is not of an earlier run; name another folder\n' "$OUT" >&2
        exit 2
    fi
    rm -rf "$OUT"
    mkdir -p "$OUT"
    : >"$OUT/$1"
}

# make_key: sets MCDEWEY_TEST_KEY, and writes OUT/mcdewey.toml with its hash; sets SERVE_OPTIONS.
# A program without keys is served without.
SERVE_OPTIONS=()
make_key() {
    "$MCDEWEY" key --help >/dev/null 2>&1 || return 0
    "$MCDEWEY" key load --admin --json >"$OUT/key.json" || give_up "no key was made"
    MCDEWEY_TEST_KEY="$(field "$OUT/key.json" key)"
    export MCDEWEY_TEST_KEY
    printf '[[keys]]\nname = "load"\nhash = "%s"\nadmin = true\n' \
        "$(field "$OUT/key.json" table hash)" >"$OUT/mcdewey.toml"
    SERVE_OPTIONS=(--config "$OUT/mcdewey.toml")
}

# await_ready: the first generation that is not of half the library.
await_ready() {
    local deadline=$((SECONDS + START_SECONDS))
    until curl -fsS "$URL/health/ready" 2>/dev/null | grep -q '"updating":false'; do
        if ! kill -0 "$SERVER" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
            give_up "not ready after $START_SECONDS s" "$OUT/serve.json.stderr"
        fi
        sleep 0.1
    done
}

# serve: sets SERVER and URL. There is a key if make_key made one.
serve() {
    start_server "$OUT/serve.json" "$START_SECONDS" "$MCDEWEY" serve "$DOCS" --bind 127.0.0.1:0 \
        --json --embedder hashed --index "$INDEX" "${SERVE_OPTIONS[@]}" \
        || give_up "the server did not start"
    URL="$(field "$OUT/serve.json" url)"
    await_ready
}

# has_api: whether the server brings its library up to date when it is told to; it is not told yet.
has_api() {
    local status
    status="$(curl -sS -o "$OUT/reindex.txt" -w '%{http_code}' "$URL/api/v1/reindex")"
    [ "$status" = 405 ] || [ "$status" = 401 ]
}

# choose_indexer WISH: sets BY, to what the server can do if there is no wish.
choose_indexer() {
    BY="$1"
    [ -z "$BY" ] || return 0
    if has_api; then BY=api; else BY=process; fi
}

# index: by this process's own program; prints the generation.
index() {
    "$MCDEWEY" index "$DOCS" --index "$INDEX" --embedder hashed --json >"$OUT/index.json" \
        2>"$OUT/index.stderr" || give_up "indexing" "$OUT/index.stderr"
    field "$OUT/index.json" generation
}

# prepare_library: writes it, and indexes it, so that no server is measured that does this.
prepare_library() {
    local generation n_chunks
    python3 "$LOAD/library.py" "$DOCS" >"$OUT/library.json" || give_up "no library was written"
    generation="$(index)"
    printf '%s %s\n' "$generation" "$EDITION" >"$COMMITS"
    n_chunks="$(field "$OUT/index.json" chunks total)"
    printf '%s documents, %s chunks, indexed in %.1f s\n' "$(field "$OUT/library.json" documents)" \
        "$n_chunks" "$(field "$OUT/index.json" seconds)"
    [ "$n_chunks" -ge 20000 ] || give_up "the library is too small to be a load"
}

# next_edition: rewrites the bulletins, has them indexed, and notes which generation that made.
next_edition() {
    local generation
    EDITION=$((EDITION + 1))
    python3 "$LOAD/library.py" "$DOCS" --touch "$EDITION" >/dev/null || give_up "no edition $EDITION"
    if [ "$BY" = api ]; then
        generation="$(python3 "$LOAD/reindex.py" "$URL")" || give_up "POST /api/v1/reindex"
    else
        generation="$(index)"
    fi
    printf '%s %s\n' "$generation" "$EDITION" >>"$COMMITS"
}
