#!/usr/bin/env bats
# What does not depend on the clock: how much work a command is, and that it takes no detour which the
# kernel makes expensive (docs/performance.md).
load helpers

table=$BATS_TEST_DIRNAME/budget.table

need_budget() {
  skip_sanitized 'they take the most of it'
  needs_tool COUNT_WORK
  local hierarchies
  hierarchies=$(sed -n 's/^hierarchies //p' "$table")
  [ "$(wc -l </proc/self/cgroup)" = "$hierarchies" ] ||
    skip "the budget is for a host with $hierarchies cgroup hierarchies"
  # As it is installed: of the linker's own output some five pages more are faults.
  cp "$RUNTIME" "$BATS_TEST_TMPDIR/runtime"
  RUNTIME=$BATS_TEST_TMPDIR/runtime
}

# The figure that count-work gives a name.
figure() { awk -v name="$2" '$1 == name { print $2 }' <<<"$1"; }

check_figure() {
  local what=$1 used=$2 budget=$3
  echo "# $what: $used of $budget" >&3
  [ $((used * 100)) -le $((budget * 103)) ] || fail "$what: $used, and the budget is $budget (integration/budget.table)"
}

# The C library looks at each variable before main.
count() { env --ignore-environment PATH="$PATH" "$COUNT_WORK" "$1" "$RUNTIME" --root "$ROOT" "${@:2}" 2>&1 3>&-; }

# stays_within_budget COMMAND…
stays_within_budget() {
  local calls faults kilos stepped counted
  read -r calls faults kilos < <(awk -v name="$1" '$1 == name { print $2, $3, $4 }' "$table")
  counted=$(count calls "$@")
  check_figure "$1: system calls" "$(figure "$counted" calls)" "$calls"
  check_figure "$1: page faults" "$(figure "$counted" faults)" "$faults"
  stepped=$(count instructions "$@")
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
expect_no_procs() {
  grep -q 'write(' "$OUTPUT"
  if grep -E 'cgroup\.procs>.* = [0-9]+$' "$OUTPUT"; then fail "$1"; fi
}

traced() {
  exec strace --follow-forks --decode-fds=path --trace=write --output="$OUTPUT" "$RUNTIME" --root "$ROOT" "$@" \
    >/dev/null 2>&1 3>&-
}

@test "budget: no process is put into a cgroup by cgroup.procs" {
  (traced run --bundle "$BUNDLE" "$ID")
  expect_no_procs run
  set_program sleep 1000
  # It follows init, which stays.
  (traced create --bundle "$BUNDLE" "$ID") &
  wait_until has_status "$ID" created
  expect_no_procs create
  runtime delete --force "$ID"
  wait
  create "$ID"
  runtime start "$ID"
  (traced exec "$ID" true)
  expect_no_procs exec
}
