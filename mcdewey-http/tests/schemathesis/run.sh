#!/usr/bin/env bash
# schemathesis: requests made from the OpenAPI document, valid ones and others, and whether the
# server answers each as the document says.
#
#   run.sh MCDEWEY OUT_DIR SCHEMATHESIS
#
# MCDEWEY is the program, SCHEMATHESIS the command of schemathesis 4.32. What the server and
# schemathesis said is in OUT_DIR, with a JUnit report. It needs python3 and curl. The exit status
# is that of schemathesis: 0 if every check passed.
#
# MAX_SECONDS is how long it tries (60), SEED what chance begins with (1). The requests carry an
# administrator's key, so that everything is reached, and those without it must be refused. With
# WITHOUT_KEY=yes the server asks for none.

set -euo pipefail

if [ $# -ne 3 ]; then
    sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
fi
# schemathesis runs in OUT, so what is named from here must be found from there too.
SCHEMATHESIS="$(realpath -s "$(command -v "$3")")"
OUT="$(realpath -m "$2")"
readonly MCDEWEY="$1" OUT SCHEMATHESIS
LOAD="$(cd "$(dirname "${BASH_SOURCE[0]}")/../load" && pwd)"
readonly LOAD
readonly MAX_SECONDS="${MAX_SECONDS:-60}" SEED="${SEED:-1}"
# Findings and the summary.
readonly N_LINES=60

# shellcheck source-path=SCRIPTDIR source=../load/serving.sh
. "$LOAD/serving.sh"

# write_manual PATH SECTION...: long enough for a passage to have neighbours.
write_manual() {
    local manual="$DOCS/$1.md" part
    shift
    mkdir -p "$(dirname "$manual")"
    printf '# Manual\n' >"$manual"
    for part in "$@"; do
        printf '\n## %s\n\nHow the %s is set up, checked and replaced. ' "$part" "$part"
        printf 'Press the %s button for %s seconds until it is lit.\n' "$part" "${#part}"
    done >>"$manual"
}

# The names are what the examples of the document ask for, so that some of them find something.
write_library() {
    mkdir -p "$DOCS"
    printf 'levels = ["vendor", "product", "version"]\n' >"$DOCS/mcdewey.toml"
    write_manual cisco/cucm/14/security-guide TLS certificate client cipher port
    write_manual cisco/cucm/15/security-guide TLS certificate client cipher phone
    write_manual acme/lamp/1.0/manual power bulb cord
}

# check: sets STATUS.
check() {
    local options=()
    if [ -n "${MCDEWEY_TEST_KEY:-}" ]; then
        options=(-H "Authorization: Bearer $MCDEWEY_TEST_KEY")
    fi
    STATUS=0
    # Settings and found examples of whoever runs this are neither read nor written.
    (cd "$OUT" && exec "$SCHEMATHESIS" run "$URL/openapi.json" --checks all \
        --phases examples,coverage,fuzzing,stateful --seed "$SEED" --max-time "$MAX_SECONDS" \
        --workers 1 --request-timeout 10 --generation-database none --no-color \
        --report junit --report-junit-path "$OUT/junit.xml" "${options[@]}") \
        >"$OUT/schemathesis.log" 2>&1 || STATUS=$?
}

clear_out .schemathesis
write_library
[ "${WITHOUT_KEY:-}" = yes ] || make_key
serve
check
tail -n "$N_LINES" "$OUT/schemathesis.log"
# A document without operations would pass all checks.
grep -q 'Tested: [1-9]' "$OUT/schemathesis.log" || give_up "nothing was tested"
kill -0 "$SERVER" 2>/dev/null || give_up "the server ended" "$OUT/serve.json.stderr"
exit "$STATUS"
