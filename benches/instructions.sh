#!/usr/bin/env bash
# How many instructions an event costs, in three fixed cases: a regression shows on a noisy machine, too.
#
#   benches/instructions.sh          counts, and compares with benches/instructions.tsv; fails where one is 2 % above
#   benches/instructions.sh --write  counts, and writes benches/instructions.tsv anew
#
# Needs the built program (`cargo build --release --locked`; QUN names another one) and valgrind. What it takes to start is
# subtracted. Counts belong to one compiler and one C library; valgrind has no instructions for SHA-256, which the ids of
# decisions are made with, so that decisions look dearer here than they are.
set -euo pipefail
cd "$(dirname "$0")/.."
qun=${QUN:-target/release/qun}
known=benches/instructions.tsv
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for needed in "$qun" valgrind; do
  if ! command -v "$needed" >/dev/null; then
    echo "instructions.sh: there is no $needed" >&2
    exit 2
  fi
done

# instructions PLAYBOOK LOG
instructions() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null \
    "$qun" simulate "$1" --log "$2" --threads 1 --after-removal keep --format jsonl --out /dev/null 2>&1 |
    awk '/Collected/ { print $NF; found = 1 } END { exit !found }'
}

# per_event PLAYBOOK LOG EVENTS
per_event() {
  local whole start
  whole=$(instructions "$1" "$2")
  start=$(instructions "$1" "$scratch/empty.jsonl")
  echo $(((whole - start) / $3))
}

: >"$scratch/empty.jsonl"
echo 'community { timezone "Asia/Shanghai"  currency CNY }' >"$scratch/nothing.sop"
"$qun" generate --events 50000 >"$scratch/log.jsonl"
slice=tests/data/irc-ubuntu-slice.jsonl.zst
lines=$("$qun" simulate playbooks/help-channel --log $slice | sed -n "s/^  \([0-9,]*\) events of .*/\1/p" | tr -d ,)

{
  printf 'reads only\t%s\n' "$(per_event "$scratch/nothing.sop" "$scratch/log.jsonl" 50000)"
  printf 'six rules\t%s\n' "$(per_event benches/peers.sop "$scratch/log.jsonl" 50000)"
  printf 'help channel\t%s\n' "$(per_event playbooks/help-channel $slice "$lines")"
} >"$scratch/counts.tsv"

if [ "${1-}" = --write ]; then
  cp "$scratch/counts.tsv" $known
fi
printf '%-14s %14s %10s %8s\n' case 'instructions' before change
join -t $'\t' "$scratch/counts.tsv" $known | awk -F '\t' '{
  change = ($2 - $3) / $3 * 100
  printf "%-14s %14d %10d %+7.1f%%\n", $1, $2, $3, change
  if (change > 2) worse = 1
} END { exit worse }'
