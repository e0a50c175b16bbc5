#!/usr/bin/env bats
# What does not depend on the clock: how much work a command is, and that it takes no detour which the
# kernel makes expensive (docs/performance.md).
load helpers

table=$BATS_TEST_DIRNAME/budget.table

need_budget() {
  [ -x "${COUNT_WORK:-}" ] || skip 'the tool count-work is not built (COUNT_WORK is not set)'
  local hierarchies
  hierarchies=$(sed -n 's/^hierarchies //p' "$table")
  [ "$(wc -l </proc/self/cgroup)" = "$hierarchies" ] ||
    skip "the budget is for a host with $hierarchies cgroup hierarchies"
}

# The figure that count-work gives a name.
figure() { awk -v name="$2" '$1 == name { print $2 }' <<<"$1"; }

check_figure() {
  local what=$1 used=$2 budget=$3
  echo "# $what: $used of $budget" >&3
  [ $((used * 100)) -le $((budget * 103)) ] || fail "$what: $used, and the budget is $budget (integration/budget.table)"
}

# stays_within_budget COMMAND…
stays_within_budget() {
  local calls faults kilos stepped counted
  read -r calls faults kilos < <(awk -v name="$1" '$1 == name { print $2, $3, $4 }' "$table")
  counted=$("$COUNT_WORK" calls "$RUNTIME" --root "$ROOT" "$@" 2>&1 3>&-)
  check_figure "$1: system calls" "$(figure "$counted" calls)" "$calls"
  check_figure "$1: page faults" "$(figure "$counted" faults)" "$faults"
  stepped=$("$COUNT_WORK" instructions "$RUNTIME" --root "$ROOT" "$@" 2>&1 3>&-)
  check_figure "$1: thousands of instructions" $(($(figure "$stepped" instructions) / 1000)) "$kilos"
}

@test "budget: run" {
  need_budget
  stays_within_budget run --bundle "$BUNDLE" "$ID"
}

@test "budget: exec" {
  need_budget
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  stays_within_budget exec "$ID" true
}

@test "budget: state" {
  need_budget
  create "$ID"
  stays_within_budget state "$ID"
}

# Who writes a pid there waits for a whole RCU grace period, 4 to 16 ms.
@test "budget: no process is put into a cgroup by cgroup.procs" {
  local command
  for command in run create exec; do
    [ "$command" != create ] || set_program sleep 1000
    [ "$command" != exec ] || runtime start "$ID"
    local words=("$command" --bundle "$BUNDLE" "$ID")
    [ "$command" != exec ] || words=(exec "$ID" true)
    strace --follow-forks --decode-fds=path --trace=write --output="$OUTPUT" \
      "$RUNTIME" --root "$ROOT" "${words[@]}" >/dev/null 2>&1 3>&-
    grep -q 'write(' "$OUTPUT"
    if grep -E 'cgroup\.procs>.* = [0-9]+$' "$OUTPUT"; then fail "$command"; fi
  done
}
