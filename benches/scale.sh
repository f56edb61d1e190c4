#!/usr/bin/env bash
# How the time and memory of a dry run grow with the log, and what rules cost that never match.
#
#   benches/scale.sh                   1, 5, 10, 25 and 50 million events, then the rules
#   benches/scale.sh 1 5               these sizes only, in millions, then the rules
#   SIZES= RULES_ON=1 benches/scale.sh nothing but the rules, over a log of one million events
#
# Needs the built program (`cargo build --release --locked`; QUN names another one) and GNU time (TIME names it).
# The log is made on the fly and piped, so nothing but the playbooks lies on the disk; both programs share the machine,
# and the seconds are those of the whole pipe. Peak memory is that of `qun simulate` alone.
set -euo pipefail
cd "$(dirname "$0")/.."
qun=${QUN:-target/release/qun}
time=${TIME:-/usr/bin/time}
sizes=${SIZES-${*:-1 5 10 25 50}}
rules_on=${RULES_ON:-1}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for program in "$qun" "$time"; do
  if ! command -v "$program" >/dev/null; then
    echo "scale.sh: there is no $program" >&2
    exit 2
  fi
done

# Members and groups grow with the log: 1.8 million and 9,000 at 50 million events.
generate() {
  local millions=$1
  "$qun" generate --events $((millions * 1000000)) --members $((millions * 36000)) --groups $((millions * 180))
}

# measure PLAYBOOK MILLIONS: leaves the seconds and the peak in kB in $scratch/figures.
measure() {
  generate "$2" | "$time" -f '%e %M' -o "$scratch/figures" \
    "$qun" simulate "$1" --log - --format json --out /dev/null --after-removal keep
}

if [ -n "$sizes" ]; then
  printf '%12s %9s %12s %10s\n' events seconds events/s 'peak MB'
  for millions in $sizes; do
    measure benches/peers.sop "$millions"
    awk -v n="$millions" '{ printf "%12d %9.1f %12.0f %10.0f\n", n * 1e6, $1, n * 1e6 / $1, $2 / 1024 }' "$scratch/figures"
  done
  echo
fi

# The six rules and COUNT more, made by TEMPLATE, in which N stands for the number of the rule.
playbook() {
  local file=$1 count=$2 template=$3
  cat benches/peers.sop >"$file"
  for ((n = 1; n <= count; n++)); do
    printf '%s\n' "${template//N/$n}" >>"$file"
  done
}

# Events of a kind that the log never has.
elsewhere='rule elsewhereN for member in group { on appeal.filed when count(appeal.filed, last 1d) >= N do task "N" for admin due 1h }'
# Every message is looked at, and none is long enough.
untrue='rule untrueN for member in group { on message.posted when event.length > 1000000N do task "N" for admin due 1h }'

printf '%-44s %9s %12s %8s\n' "six rules over $rules_on million events, and" seconds events/s ratio
for more in 'nothing:0:' "10 on events that never come:10:$elsewhere" "200 on events that never come:200:$elsewhere" \
  "10 on messages, false at once:10:$untrue" "200 on messages, false at once:200:$untrue"; do
  IFS=: read -r name count template <<<"$more"
  playbook "$scratch/rules.sop" "$count" "$template"
  measure "$scratch/rules.sop" "$rules_on"
  read -r seconds _ <"$scratch/figures"
  plain=${plain:-$seconds}
  awk -v name="$name" -v s="$seconds" -v plain="$plain" -v n="$rules_on" \
    'BEGIN { printf "%-44s %9.1f %12.0f %8.2f\n", name, s, n * 1e6 / s, s / plain }'
done
