#!/usr/bin/env bash
# Whether a server's memory stays as it is, over many searches and many re-indexes.
#
#   memory.sh [--by api|process] MCDEWEY OUT_DIR [SEARCHES [REINDEXES]]
#
# MCDEWEY is the program; all that was said is in OUT_DIR. By default 50000 searches, as fast as
# four connections can, and 20 re-indexes of changed files, spread over them; 5000 and 12 are
# quick. The first tenth of the searches and three of the re-indexes are to warm up. It needs
# Linux, python3, no packages, and curl. --by is that of commits.sh.
#
# There is a row after each re-index, with nothing under way. Judged is the process's own memory
# (RssAnon): its median in the last third of the rows after the warm-up may be BAR_PERCENT, 10,
# above that in the first third. One row against another would not do: an allocator gives back what
# is free when it likes, so rows of a server that keeps nothing differ by a fifth and more. What it
# never gives back counts, though: nobody else can use it. Files of the index that are mapped
# (RssFile) come and go as the system likes; they, the whole (VmRSS, Pss), and the last row against
# the one after the warm-up are shown, and not judged.

set -euo pipefail

usage() {
    sed -n '2,18s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

WISH=""
if [ "${1:-}" = --by ]; then
    WISH="${2:-none}"
    shift 2 || usage
fi
case "$WISH" in "" | api | process) ;; *) usage ;; esac
if [ $# -lt 2 ] || [ $# -gt 4 ]; then
    usage
fi
readonly MCDEWEY="$1" OUT="$2" N_SEARCHES="${3:-50000}" N_REINDEXES="${4:-20}"
LOAD="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly LOAD
readonly BAR_PERCENT="${BAR_PERCENT:-10}" N_CONNECTIONS=4 N_WARM_UP=3
# Two rows in each third, or a median is none.
readonly MIN_REINDEXES=$((N_WARM_UP + 6))
readonly N_BEFORE_ROW=200 SETTLE_SECONDS=1

# shellcheck source-path=SCRIPTDIR source=serving.sh
. "$LOAD/serving.sh"

SEARCHES=""
stop_all() {
    [ -z "$SEARCHES" ] || kill "$SEARCHES" 2>/dev/null || true
    stop_server
}
trap stop_all EXIT

# kib FILE NAME: a line of /proc, in KiB.
kib() { sed -n "s/^$2:[[:space:]]*\([0-9]*\) kB$/\1/p" "/proc/$SERVER/$1"; }

# search LABEL N: that many searches, of which none may fail or be mixed.
search() {
    python3 "$LOAD/searches.py" "$URL" --searches "$2" --connections "$N_CONNECTIONS" \
        --seed "$1" >"$OUT/searches-$1.json" 2>"$OUT/searches-$1.stderr"
}

# show NUMBER: a row, which is also kept for `judge`. What a generation keeps for searches is there
# only once it is searched, and it may have been committed after the last search.
show() {
    search "row-$1" "$N_BEFORE_ROW" || give_up "searches failed" "$OUT/searches-row-$1.json"
    sleep "$SETTLE_SECONDS"
    printf '%-12s%9s%9s%9s%9s%9s\n' "$1" "$(kib status RssAnon)" "$(kib status RssFile)" \
        "$(kib status VmRSS)" "$(kib smaps_rollup Pss)" "$(find "/proc/$SERVER/fd" -type l | wc -l)" \
        | tee -a "$OUT/memory.txt"
}

# round NUMBER N: that many searches, and a re-index while they are under way.
round() {
    search "round-$1" "$2" &
    SEARCHES=$!
    next_edition
    wait "$SEARCHES" || give_up "searches failed" "$OUT/searches-round-$1.json"
    SEARCHES=""
    show "$1"
}

judge() {
    python3 - "$OUT/memory.txt" "$N_WARM_UP" "$BAR_PERCENT" <<'END'
import sys
from statistics import median

path, n_warm_up, bar = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
anon = [int(line.split()[1]) for line in open(path)]
# The first row is of the start, the second of the first re-index.
warm, rest = anon[n_warm_up], anon[n_warm_up + 1 :]
third = len(rest) // 3
before, after = median(rest[:third]), median(rest[-third:])
percent = 100 * (after - before) / before
print(f"   RssAnon from the warm-up to the end: {warm} to {rest[-1]} KiB, {100 * (rest[-1] - warm) / warm:+.1f} %")
print(f"   RssAnon, medians of thirds: {before:.0f} to {after:.0f} KiB, {percent:+.1f} %, bar {bar:g} %")
sys.exit(0 if percent <= bar else 1)
END
}

[ "$N_REINDEXES" -ge "$MIN_REINDEXES" ] || give_up "fewer than $MIN_REINDEXES re-indexes say nothing"
[ -r /proc/self/smaps_rollup ] || give_up "no /proc/PID/smaps_rollup on this system"
readonly N_WARM_UP_SEARCHES=$((N_SEARCHES / 10))
readonly PER_ROUND=$(((N_SEARCHES - N_WARM_UP_SEARCHES) / (N_REINDEXES - N_WARM_UP)))

clear_out .memory
make_key
prepare_library
serve
choose_indexer "$WISH"
printf '%s searches, %s re-indexes by %s; KiB, and open files\n' "$N_SEARCHES" "$N_REINDEXES" "$BY"
printf '%-12s%9s%9s%9s%9s%9s\n' re-indexes RssAnon RssFile VmRSS Pss files
show 0
for ((number = 1; number <= N_REINDEXES; number++)); do
    if [ "$number" -le "$N_WARM_UP" ]; then
        round "$number" $((N_WARM_UP_SEARCHES / N_WARM_UP))
    else
        round "$number" "$PER_ROUND"
    fi
done
stop_server
judge || {
    printf 'memory FAILED: it grows\n' >&2
    exit 1
}
printf '   memory: all as it should be\n'
