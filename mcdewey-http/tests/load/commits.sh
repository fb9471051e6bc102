#!/usr/bin/env bash
# Searches at a fixed rate while the library is changed and indexed again and again. No search may
# fail, and no answer may be put together from two states of the index.
#
#   commits.sh [--by api|process] [--strict] MCDEWEY OUT_DIR
#
# MCDEWEY is the program (a release build, for numbers worth keeping); all that was said is in
# OUT_DIR. It needs python3, no packages, and curl.
#
# --by says who indexes: the server when it is told to by POST /api/v1/reindex with an
# administrator's key (the default where the server has that route), or another process, `mcdewey
# index`, on the same index. With --strict a 99th percentile above the bar is a failure too; the
# clients share the processors with the server, so only a quiet machine says anything about it.
#
# RATE, LOAD_SECONDS, N_COMMITS and BAR_MS are searches a second, for how long at least, how many
# re-indexes meanwhile, and the bar.

set -euo pipefail

usage() {
    sed -n '2,17s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

WISH=""
STRICT=""
while [ $# -gt 2 ]; do
    case "$1" in
        --by) WISH="$2" && shift 2 ;;
        --strict) STRICT=yes && shift ;;
        *) usage ;;
    esac
done
case "$WISH" in "" | api | process) ;; *) usage ;; esac
[ $# -eq 2 ] || usage
readonly MCDEWEY="$1" OUT="$2"
LOAD="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly LOAD
readonly RATE="${RATE:-200}" LOAD_SECONDS="${LOAD_SECONDS:-30}" N_COMMITS="${N_COMMITS:-8}"
readonly BAR_MS="${BAR_MS:-50}"

# shellcheck source-path=SCRIPTDIR source=serving.sh
. "$LOAD/serving.sh"

SEARCHES=""
stop_all() {
    [ -z "$SEARCHES" ] || kill "$SEARCHES" 2>/dev/null || true
    stop_server
}
trap stop_all EXIT

# warm_up: the first searches pay for what is read or built only once.
warm_up() {
    python3 "$LOAD/searches.py" "$URL" --searches 500 --connections 4 --seed 2 >"$OUT/warm-up.json" \
        || give_up "the warm-up" "$OUT/warm-up.json"
}

now_ms() { printf '%s' "$((${EPOCHREALTIME/[.,]/} / 1000))"; }

# sleep_until MS: not at all if it is over.
sleep_until() {
    local left=$(($1 - $(now_ms)))
    [ "$left" -le 0 ] || sleep "$((left / 1000)).$(printf '%03d' $((left % 1000)))"
}

# search_meanwhile: sets STATUS. Commits begin evenly spread, however long one takes; on a busy
# machine the searches go on until the last of them.
search_meanwhile() {
    local started commit done="$OUT/commits-done"
    python3 "$LOAD/searches.py" "$URL" --rate "$RATE" --seconds "$LOAD_SECONDS" --until "$done" --pid "$SERVER" \
        --commits "$COMMITS" --latencies "$OUT/latencies" >"$OUT/searches.json" &
    SEARCHES=$!
    started="$(now_ms)"
    for ((commit = 1; commit <= N_COMMITS; commit++)); do
        sleep_until $((started + 1000 * LOAD_SECONDS * commit / (N_COMMITS + 1)))
        next_edition
    done
    : >"$done"
    STATUS=0
    wait "$SEARCHES" || STATUS=$?
    SEARCHES=""
    [ -s "$OUT/searches.json" ] || give_up "the searches say nothing"
}

# report: one row for people, and whether it is as it should be.
report() {
    python3 - "$OUT/searches.json" "$BAR_MS" "$N_COMMITS" "$STRICT" <<'END'
import json
import sys

row = json.load(open(sys.argv[1]))
bar, n_commits, is_strict = float(sys.argv[2]), int(sys.argv[3]), bool(sys.argv[4])
for name, value in row.items():
    if name != "said":
        print(f"   {name:20}{value}")
for said in row["said"]:
    print(f"   {said}")
failures = []
if row["errors"]:
    failures.append(f"{row['errors']} searches failed")
if row["mixed"]:
    failures.append(f"{row['mixed']} answers are mixed")
# Without these nothing was proven.
if row["generations"] <= n_commits:
    failures.append(f"{row['generations']} generations were seen, of {n_commits} commits and the first")
if row["witnesses"] < row["searches"] / 10:
    failures.append(f"only {row['witnesses']} answers could have told two generations apart")
above = row["p99_ms"] > bar
print(f"   p99 {row['p99_ms']} ms, bar {bar:g} ms: {'above' if above else 'within'}")
if above and is_strict:
    failures.append("p99 is above the bar")
for failure in failures:
    print(f"   FAILED: {failure}", file=sys.stderr)
sys.exit(1 if failures else 0)
END
}

clear_out .commits
(cd "$LOAD" && python3 -m unittest -q test_judge) >"$OUT/test_judge.txt" 2>&1 \
    || give_up "judge.py does not tell mixed answers" "$OUT/test_judge.txt"
make_key
prepare_library
serve
choose_indexer "$WISH"
warm_up
printf '%s searches a second for %s s, %s commits by %s\n' "$RATE" "$LOAD_SECONDS" "$N_COMMITS" "$BY"
search_meanwhile
stop_server
report || {
    printf 'commits FAILED\n' >&2
    exit 1
}
[ "$STATUS" -eq 0 ] || give_up "searches.py ended with $STATUS"
printf '   commits: all as it should be\n'
