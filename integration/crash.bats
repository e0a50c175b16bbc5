#!/usr/bin/env bats
# A command killed at any system call, then `delete --force`: nothing is left (R-01, R-03).
# A sample by default; every call with CRASH_STRIDE=1.

load helpers
load seccomp

need_tool() {
  [ -x "${KILL_AT:-}" ] || skip "the tool kill-at was not built (KILL_AT is not set)"
  set_program sleep 1000
}

# sweep PREPARE COMMAND…: kills `runtime COMMAND… $ID` at every so manieth call, each time after
# PREPARE, and cleans up as a user would. A random beginning, so that many runs cover every call.
sweep() {
  local prepare=$1 stride=${CRASH_STRIDE:-9} points=0 at killed
  shift
  for ((at = 1 + RANDOM % stride; ; at += stride)); do
    "$prepare"
    killed=0
    "$KILL_AT" "$at" "$RUNTIME" --root "$ROOT" "$@" "$ID" >/dev/null 2>&1 3>&- || killed=$?
    try timeout 30 "$RUNTIME" --root "$ROOT" delete --force "$ID"
    expect_success '' && expect_nothing_left || fail "after $1 was killed at call $at"
    [ "$killed" = 0 ] || break
    points=$((points + 1))
  done
  echo "# killed at $points calls of $1" >&3
  [ "$points" -gt 2 ]
}

teardown() {
  [ -z "${manager:-}" ] || kill "$manager"
  unset NOTIFY_SOCKET
  stop_agent
  delete_containers
  expect_nothing_left
}

nothing() { :; }
created() { create "$ID"; }
running() {
  create "$ID"
  runtime start "$ID"
}
stopped() {
  running
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
}

@test "create killed anywhere" {
  need_tool
  sweep nothing create --bundle "$BUNDLE"
}

@test "create with mapped ids and a tmpfs filled from the image, killed anywhere" {
  need_tool
  add_mounts <<'END'
/home tmpfs tmpfs tmpcopyup
/tmp  -     .     rbind,ridmap=uids=0-1000-1;gids=0-1000-1
END
  sweep nothing create --bundle "$BUNDLE"
}

@test "run --detach killed anywhere" {
  need_tool
  sweep nothing run --detach --bundle "$BUNDLE"
}

@test "create and start with NOTIFY_SOCKET killed anywhere" {
  need_tool
  [ -x "${NOTIFY:-}" ] || skip 'the tool notify was not built (NOTIFY is not set)'
  export NOTIFY_SOCKET=$BATS_TEST_TMPDIR/manager
  "$NOTIFY" receive "$NOTIFY_SOCKET" "$BATS_TEST_TMPDIR/noted" 3>&- &
  manager=$!
  wait_until test -S "$NOTIFY_SOCKET"
  sweep nothing create --bundle "$BUNDLE"
  # A start that nothing kills returns when the program has ended.
  set_program true
  sweep created start
}

@test "create with a seccomp agent killed anywhere" {
  need_tool
  start_agent
  notify_of mkdir
  sweep start_agent create --bundle "$BUNDLE"
}

@test "start killed anywhere" {
  need_tool
  sweep created start
}

@test "kill killed anywhere" {
  need_tool
  sweep running kill
}

@test "delete killed anywhere is finished by the next" {
  need_tool
  sweep stopped delete
}

@test "delete --force killed anywhere is finished by the next" {
  need_tool
  sweep running delete --force
}

# Either no process is left, or all was done but for the pid file: then the state says so.
is_consistent() {
  [ -z "$(processes_of "$ID")" ] || has_status "$ID" created
}

@test "a create that was killed leaves no process that the state doesn't know" {
  need_tool
  local at
  for ((at = 300; ; at += 40)); do
    "$KILL_AT" "$at" "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 || break
    # Its init needs a moment to notice that nobody waits for it.
    wait_until is_consistent
    runtime delete --force "$ID"
  done
  [ "$at" -gt 500 ]
}
