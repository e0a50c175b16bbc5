#!/usr/bin/env bats
# Processes that aren't the container's (R-08 of security.md), and such that don't end as they should (R-13,
# R-14): whatever holds them, `kill KILL` and
# `delete --force` end them, or say after 10 seconds which process it is and what it waits for. What the
# container's own freezer holds is in pause.bats.
load ../helpers
load ../layouts
load ../quarantine
load host_cgroup

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  let_go
  remove_beside
  delete_containers
  expect_nothing_left
}

# Whatever a test holds its processes by.
let_go() {
  exec 7>&-
  [ -z "${tracer:-}" ] || kill -KILL "$tracer" 2>/dev/null || true
  [ -z "${above:-}" ] || set_frozen 0
  [ -z "${reaper:-}" ] || kill -CONT "$reaper" 2>/dev/null || true
}

run_container() {
  create "$ID"
  runtime start "$ID"
  pid=$(state_of "$ID" pid)
}

# expect_blocked REGEX: of what is in the way; nothing is forgotten meanwhile.
expect_blocked() {
  try runtime delete --force "$ID"
  [[ $status = 1 && $stderr =~ ^"runtime: delete $ID: container init still running: $pid "$1$ ]] || fail "status $status: $stderr"
  expect_equal "$(state_of "$ID" pid)" "$pid"
}

expect_removal() {
  try runtime delete --force "$ID"
  expect_success ''
  expect_nothing_left
}

# --- R-08 ------------------------------------------------------------------------------------

# In a pid namespace of its own the number that comes next can be chosen.
take_pid() {
  local attempt
  for attempt in {1..50}; do
    echo $(($1 - 1)) >/proc/sys/kernel/ns_last_pid
    sleep 1000 &
    [ $! != "$1" ] || return 0
    kill $!
  done
  fail "pid $1 was not to be had, $attempt times"
}

is_free() { [ ! -e "/proc/$1" ]; }

meet_reused_pid() {
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  pid=$(state_of "$ID" pid)
  runtime kill "$ID" KILL
  wait_until is_free "$pid"
  take_pid "$pid"
  expect_equal "$(state_of "$ID" status pid)" 'stopped 0'
  try runtime kill "$ID" KILL
  expect_error "kill $ID: container not running"
  try runtime exec "$ID" true
  expect_outcome 255 '' "runtime: exec $ID: cannot exec in a stopped container"
  try runtime delete --force "$ID"
  expect_success ''
  expect_equal "$(<"/proc/$pid/comm") $(cut -d ' ' -f 3 "/proc/$pid/stat")" 'sleep S' 'the innocent process'
}

@test "R-08: another process has the number of init" { expect_in_quarantine meet_reused_pid; }

# --- R-13 ------------------------------------------------------------------------------------

@test "R-13: a stopped process" {
  set_program sleep 1000
  run_container
  stop_process "$pid"
  try runtime kill "$ID" KILL
  expect_success ''
  wait_until has_status "$ID" stopped
  runtime delete "$ID"
  run_container
  stop_process "$pid"
  expect_removal
}

# strace has processes stop at their end, be it by SIGKILL.
@test "R-13: a traced process whose tracer stands still" {
  needs_strace
  set_program sleep 1000
  run_container
  strace -q -o /dev/null -p "$pid" 3>&- &
  tracer=$!
  # Or bash would say somewhere that it was killed.
  disown
  wait_until has_our_tracer
  stop_process "$tracer"
  try runtime kill "$ID" KILL
  expect_success ''
  expect_blocked "\(sleep\) in state t, traced by $tracer(, waiting in [a-z_0-9]+)?"
  kill -KILL "$tracer"
  expect_removal
}

has_our_tracer() { grep -qx "TracerPid:	$tracer" "/proc/$pid/status"; }

# --- a file system that doesn't answer

# Little-endian words of 32 bits.
words32() {
  local word
  for word; do
    # shellcheck disable=SC2059 # escapes
    printf "$(printf '\\x%02x' $((word & 255)) $((word >> 8 & 255)) $((word >> 16 & 255)) $((word >> 24)))"
  done
}

# One request of the kernel's, which is said to have gone.
take_request() { dd bs=128k count=1 status=none <&7 >"$BATS_TEST_TMPDIR/request"; }

# fuse(4): the server's half of the greeting, version 7.31 and a length for writes. The kernel has the number
# of the request in its bytes 8 to 15.
greet_kernel() {
  take_request
  { words32 80 0 && dd if="$BATS_TEST_TMPDIR/request" bs=8 skip=1 count=1 status=none &&
    words32 7 31 0 0 0 4096 0 0 0 0 0 0 0 0 0 0; } >"$BATS_TEST_TMPDIR/greeting"
  dd if="$BATS_TEST_TMPDIR/greeting" bs=80 count=1 status=none >&7
}

waits_for_answer() { grep -qx 'State:	D (disk sleep)' "/proc/$pid/status"; }

# What has been read by the server and not been answered can't be interrupted, not even by SIGKILL.
@test "R-13: a process that waits for a file system in state D" {
  [ -c /dev/fuse ] || skip 'no FUSE'
  mkdir "$BUNDLE/rootfs/fuse"
  set_script 'until [ -e /tmp/go ]; do sleep 0.02; done; exec cat /fuse/file'
  run_container
  exec 7<>/dev/fuse
  nsenter --mount="/proc/$pid/ns/mnt" busybox mount -i -t fuse -o fd=7,rootmode=40000,user_id=0,group_id=0 none /fuse ||
    skip 'no FUSE mounts'
  greet_kernel
  touch "$BUNDLE/rootfs/tmp/go"
  take_request
  try runtime kill "$ID" KILL
  expect_success ''
  wait_until waits_for_answer
  expect_blocked '\(cat\) in state D(, waiting in [a-z_0-9]+)?'
  # With its server gone it is answered.
  exec 7>&-
  expect_removal
}

# --- frozen

# By somebody else's hand.
set_frozen() {
  case $above in
    *cgroup.freeze) echo "$1" >"$above" ;;
    *) { [ "$1" = 1 ] && echo FROZEN || echo THAWED; } >"$above" ;;
  esac
}

freeze_above() {
  make_host_cgroup
  update_config --arg path "/$ID-host/below" '.linux.cgroupsPath = $path'
  set_program sleep 1000
  run_container
  above=$1
  set_frozen 1
  wait_until has_status "$ID" paused
}

@test "R-13: frozen by a cgroup above, where SIGKILL gets through (v2)" {
  setup_layout v2
  freeze_above "$unified/$ID-host/cgroup.freeze"
  try runtime kill "$ID" KILL
  expect_success ''
  wait_until has_status "$ID" stopped
  try runtime delete "$ID"
  expect_success ''
}

@test "R-13: frozen by a cgroup above, where nothing gets through (v1)" {
  setup_layout hybrid
  find_freezer
  freeze_above "$freezer/$ID-host/freezer.state"
  try runtime kill "$ID" KILL
  expect_success ''
  expect_blocked '\(sleep\) in state [A-Z](, waiting in [a-z_0-9]+)?; the cgroup is frozen'
  set_frozen 0
  try runtime delete --force "$ID"
  expect_success ''
}

@test "R-13: frozen by the container itself" {
  setup_layout v2
  update_config '(.mounts[] | select(.type == "cgroup")).options = ["rw"]'
  set_script 'cd /sys/fs/cgroup && mkdir in && sleep 1000 & cd /sys/fs/cgroup; until [ -e in ]; do sleep 0.02; done
    echo $! >in/cgroup.procs; echo 1 >in/cgroup.freeze; echo ready; exec sleep 1000'
  run_container
  wait_until has_content "$OUTPUT"
  expect_removal
}

# --- R-14 ------------------------------------------------------------------------------------

is_zombie() { grep -q '^State:	Z' "/proc/$pid/status"; }

@test "R-14: an init that nobody buries" {
  set_program sleep 1000
  create_below_reaper
  runtime start "$ID"
  pid=$(state_of "$ID" pid)
  stop_process "$reaper"
  try runtime kill "$ID" KILL
  expect_success ''
  wait_until is_zombie
  expect_equal "$(state_of "$ID" status pid)" 'stopped 0'
  try runtime kill "$ID" KILL
  expect_error "kill $ID: container not running"
  try runtime delete "$ID"
  expect_success ''
  is_zombie
  finish_reaper
}

@test "R-14: processes that outlive init in the pid namespace of a pod" {
  set_program sleep 1000
  create "$ID-pod"
  pod=$(state_of "$ID-pod" pid)
  update_config --arg path "/proc/$pod/ns/pid" '(.linux.namespaces[] | select(.type == "pid")).path = $path'
  set_script 'setsid sleep 1000 & exit 0'
  create "$ID-member"
  runtime start "$ID-member"
  wait_until has_status "$ID-member" stopped
  wait_until has_processes 1 "$ID-member"
  try runtime delete "$ID-member"
  expect_success ''
  wait_until has_processes 0 "$ID-member"
  expect_equal "$(state_of "$ID-pod" status pid)" "created $pod"
}
