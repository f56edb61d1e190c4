#!/usr/bin/env bash
# How the time and memory of a dry run grow with the log, and what rules cost that never match.
#
#   benches/scale.sh         1, 5, 10, 25 and 50 million events
#   benches/scale.sh 1 5     these sizes only, in millions
#   benches/scale.sh same    1, 5, 10, 25 and 50 million events of one community: 1.8 million members in 9,000 groups
#   benches/scale.sh rules   one million events under six rules, and under 10 and 200 more that never match
#   benches/scale.sh memory  what one more member and one more group take, of two million events
#
# Needs the built program (`cargo build --release --locked`; QUN names another one) and GNU time (TIME names it), without
# which peak memory is not told. The log is made on the fly and piped, so nothing but the playbooks lies on the disk; both
# programs share the machine, and `seconds` are those of the whole pipe. Processor seconds and peak memory are those of
# `qun simulate` alone: on a busy machine compare these.
set -euo pipefail
cd "$(dirname "$0")/.."
qun=${QUN:-target/release/qun}
time=${TIME:-/usr/bin/time}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if ! command -v "$qun" >/dev/null; then
  echo "scale.sh: there is no $qun: build it with \`cargo build --release --locked\`" >&2
  exit 2
fi
if ! command -v "$time" >/dev/null; then
  echo "scale.sh: there is no $time, so peak memory is not measured" >&2
  time=
fi

# generate MILLIONS [MEMBERS GROUPS]: members and groups grow with the log, 1.8 million and 9,000 at 50 million events,
# unless they are given.
generate() {
  "$qun" generate --events $(($1 * 1000000)) --members "${2-$(($1 * 36000))}" --groups "${3-$(($1 * 180))}"
}

simulate() {
  local playbook=$1
  shift
  "$@" "$qun" simulate "$playbook" --log - --after-removal keep --format jsonl --out /dev/null 2>"$scratch/told"
}

# measure PLAYBOOK MILLIONS [MEMBERS GROUPS]: leaves seconds, processor seconds and the peak in kB in $scratch/figures.
measure() {
  local TIMEFORMAT='%R %U %S' playbook=$1
  shift
  if [ -n "$time" ]; then
    generate "$@" | simulate "$playbook" "$time" -f '%e %U %S %M' -o "$scratch/figures"
  else
    generate "$@" | { time simulate "$playbook"; } 2>"$scratch/figures"
  fi || { cat "$scratch/told" >&2; exit 1; }
}

# sizes COMMUNITY MILLIONS...: COMMUNITY is its members and groups, or nothing where it grows with the log.
sizes() {
  local community=$1
  shift
  printf '%12s %9s %11s %12s %9s\n' events seconds 'processor s' events/s 'peak MB'
  for millions in "$@"; do
    # shellcheck disable=SC2086 # two words, or none
    measure benches/peers.sop "$millions" $community
    awk -v n="$millions" '{
      peak = NF < 4 ? "-" : sprintf("%.0f", $4 / 1024)
      printf "%12d %9.1f %11.1f %12.0f %9s\n", n * 1e6, $1, $2 + $3, n * 1e6 / $1, peak
    }' "$scratch/figures"
  done
}

# playbook COUNT: the six rules and so many more. Half of these wait for events that never come, each for its own; the
# others look at every message, and none has links enough.
playbook() {
  cat benches/peers.sop
  for ((n = 1; n <= $1 / 2; n++)); do
    echo "event absent$n.seen for member in group? { amount: number? }"
    echo "rule absent$n for member in group { on absent$n.seen do task \"$n\" for admin due 1h }"
    echo "rule unmet$n for member in group { on message.posted when event.links > $((1000 + n)) do task \"$n\" for admin due 1h }"
  done
}

rules() {
  local plain=
  printf '%-22s %9s %11s %9s %10s %8s\n' 'one million events' seconds 'processor s' 'peak MB' 'time ratio' 'MB ratio'
  for more in 0 10 200; do
    playbook "$more" >"$scratch/rules.sop"
    measure "$scratch/rules.sop" 1
    plain=${plain:-$(cat "$scratch/figures")}
    # The ratio of time is that of processor seconds.
    awk -v more="$more" -v plain="$plain" '{
      split(plain, base)
      measured = NF >= 4
      peak = measured ? sprintf("%.1f", $4 / 1024) : "-"
      memory = measured ? sprintf("%.2f", $4 / base[4]) : "-"
      printf "%-22s %9.1f %11.2f %9s %10.2f %8s\n", "6 + " more " rules", $1, $2 + $3, peak, ($2 + $3) / (base[2] + base[3]), memory
    }' "$scratch/figures"
  done
}

# peak MEMBERS GROUPS: the peak in kB.
peak() {
  measure benches/peers.sop 2 "$1" "$2"
  awk 'NF < 4 { exit 2 } { print $4 }' "$scratch/figures" || { echo 'scale.sh: this needs GNU time' >&2; exit 2; }
}

memory() {
  local few more_members more_groups
  few=$(peak 40000 200)
  more_members=$(peak 400000 200)
  more_groups=$(peak 40000 10000)
  echo "$few $more_members $more_groups" | awk '{
    printf "40,000 members in 200 groups: %.0f MB in all\n", $1 / 1024
    printf "one more member: %.0f bytes\n", ($2 - $1) * 1024 / 360000
    printf "one more group: %.0f bytes, with the memberships that come with it\n", ($3 - $1) * 1024 / 9800
  }'
}

case ${1-} in
  rules) rules ;;
  memory) memory ;;
  '') sizes '' 1 5 10 25 50 ;;
  same) sizes '1800000 9000' 1 5 10 25 50 ;;
  *)
    for millions in "$@"; do
      if ! [[ $millions =~ ^[1-9][0-9]*$ ]]; then
        echo "scale.sh: \`$millions\` is neither a number of millions nor \`same\`, \`rules\` or \`memory\`" >&2
        exit 2
      fi
    done
    sizes '' "$@"
    ;;
esac
