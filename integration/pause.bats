#!/usr/bin/env bats
# pause and resume (B-18 of the feature inventory), on this machine and on hosts of other cgroup
# layouts.
load helpers
load layouts

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  thaw_above
  delete_containers
  if [ -n "${stuck-}" ]; then kill -KILL "$stuck" 2>/dev/null; wait "$stuck" 2>/dev/null || true; fi
  if [ -n "${fuse-}" ]; then umount -l "$fuse" || true; fi
  if [ -n "${made-}" ]; then wait_until rmdir "$made" 2>/dev/null; fi
  expect_nothing_left
}

# The container counts, in a file; two processes of it.
run_counter() {
  set_script 'while true; do echo; sleep 0.02; done >/tmp/ticks & wait'
  create "$ID"
  runtime start "$ID"
  wait_until has_content "$BUNDLE/rootfs/tmp/ticks"
}

ticks() { stat -c %s "$BUNDLE/rootfs/tmp/ticks"; }
more_ticks() { [ "$(ticks)" -gt "$before" ]; }

expect_stands_still() {
  before=$(ticks)
  sleep 0.3
  expect_equal "$(ticks)" "$before" 'ticks'
}

expect_pause_and_resume() {
  setup_layout "$1"
  run_counter
  try runtime pause "$ID"
  expect_success ''
  expect_stands_still
  expect_equal "$(state_of "$ID" status)" paused
  expect_equal "$(runtime list -f json | jq -r '.[].status')" paused
  try runtime resume "$ID"
  expect_success ''
  expect_equal "$(state_of "$ID" status)" running
  wait_until more_ticks
}

@test "pause: the processes stand still until resume (hybrid)" { expect_pause_and_resume hybrid; }
@test "pause: the processes stand still until resume (v1)" { expect_pause_and_resume v1; }
@test "pause: the processes stand still until resume (v2)" { expect_pause_and_resume v2; }

@test "pause: a created container, which can't be started meanwhile" {
  set_program echo started
  create "$ID"
  try runtime pause "$ID"
  expect_success ''
  expect_equal "$(state_of "$ID" status)" paused
  try runtime start "$ID"
  expect_error "start $ID: cannot start a container in the paused state"
  try runtime resume "$ID"
  expect_success ''
  expect_equal "$(state_of "$ID" status)" created
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  expect_equal "$(<"$OUTPUT")" started
}

@test "pause: only what runs or is created, and resume only what is paused" {
  try runtime pause "$ID"
  expect_error "pause $ID: container \"$ID\" does not exist"
  try runtime resume "$ID"
  expect_error "resume $ID: container \"$ID\" does not exist"
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  try runtime resume "$ID"
  expect_error "resume $ID: container not paused"
  runtime pause "$ID"
  try runtime pause "$ID"
  expect_error "pause $ID: container not running or created: paused"
  try runtime delete "$ID"
  expect_error "delete $ID: cannot delete container $ID that is not stopped: paused"
  runtime resume "$ID"
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
  try runtime pause "$ID"
  expect_error "pause $ID: container not running or created: stopped"
  try runtime resume "$ID"
  expect_error "resume $ID: container not paused"
}

expect_end_of_paused() {
  setup_layout "$1"
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  runtime pause "$ID"
  try runtime kill "$ID" KILL
  expect_success ''
  wait_until has_status "$ID" stopped
  try runtime delete "$ID"
  expect_success ''
  create "$ID"
  runtime start "$ID"
  runtime pause "$ID"
  try runtime delete --force "$ID"
  expect_success ''
  expect_nothing_left
}

@test "pause: a paused container ends with kill KILL and with delete --force (hybrid)" { expect_end_of_paused hybrid; }
@test "pause: a paused container ends with kill KILL and with delete --force (v1)" { expect_end_of_paused v1; }
@test "pause: a paused container ends with kill KILL and with delete --force (v2)" { expect_end_of_paused v2; }

@test "pause: another signal than KILL is for after resume" {
  set_script 'trap "echo got it; exit" TERM; echo ready; while true; do sleep 0.02; done'
  create "$ID"
  runtime start "$ID"
  wait_until has_content "$OUTPUT"
  runtime pause "$ID"
  try runtime kill "$ID" TERM
  expect_success ''
  expect_equal "$(state_of "$ID" status)" paused
  runtime resume "$ID"
  wait_until has_status "$ID" stopped
  expect_equal "$(<"$OUTPUT")" $'ready\ngot it'
}

@test "pause: needs a cgroup of the container's own" {
  set_program sleep 1000
  update_config 'del(.mounts[] | select(.type == "cgroup"))'
  runtime --cgroup-manager disabled create --bundle "$BUNDLE" "$ID"
  runtime start "$ID"
  try runtime pause "$ID"
  expect_error "pause $ID: container has no cgroup of its own: cannot pause"
  expect_equal "$(state_of "$ID" status)" running
}

@test "pause: what the container froze itself stays frozen" {
  setup_layout v2
  update_config '(.mounts[] | select(.type == "cgroup")).options = ["rw"]'
  set_script 'cd /sys/fs/cgroup && mkdir in && echo 1 >in/cgroup.freeze && echo ready && sleep 1000'
  create "$ID"
  runtime start "$ID"
  wait_until has_content "$OUTPUT"
  runtime pause "$ID"
  runtime resume "$ID"
  expect_equal "$(state_of "$ID" status) $(<"$first/runtime-$ID/in/cgroup.freeze")" 'running 1'
}

# By somebody else's hand.
freeze_above() {
  above=$first/$ID
  echo "$1" >"$above/cgroup.freeze"
}
thaw_above() { [ -z "${above-}" ] || [ ! -e "$above" ] || freeze_above 0; }

@test "resume: says so when a cgroup above is frozen" {
  setup_layout v2
  made=$first/$ID
  mkdir "$made"
  update_config --arg path "/$ID/in" '.linux.cgroupsPath = $path'
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  freeze_above 1
  wait_until has_status "$ID" paused
  try runtime resume "$ID"
  expect_error "resume $ID: a cgroup above the container's is frozen"
  freeze_above 0
  expect_equal "$(state_of "$ID" status)" running
}

# A process that waits for a file system nobody serves can be killed, but not frozen.
make_stuck() {
  [ -c /dev/fuse ] || skip 'no FUSE'
  fuse=$BATS_TEST_TMPDIR/fuse
  mkdir "$fuse"
  exec 7<>/dev/fuse
  mount -i -t fuse -o fd=7,rootmode=40000,user_id=0,group_id=0 none "$fuse" || skip 'no FUSE mounts'
  stat "$fuse/file" 7>&- 3>&- >/dev/null 2>&1 &
  stuck=$!
}

@test "pause: all or nothing, and the error names the process" {
  setup_layout v2
  make_stuck
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  echo "$stuck" >"$first/runtime-$ID/cgroup.procs"
  try runtime pause "$ID"
  expect_equal "$status $stdout" '1 '
  [[ $stderr =~ ^"runtime: pause $ID: can't freeze all processes of the container: $stuck (stat) in state "[SD](", waiting in "[a-z_0-9]+)?$ ]] ||
    fail "$stderr"
  expect_equal "$(state_of "$ID" status) $(<"$first/runtime-$ID/cgroup.freeze")" 'running 0'
}

@test "pause: wrong use" {
  try runtime pause
  expect_error "pause: exactly one argument, the container's ID, is expected; given: 0 (see runtime --help)"
  try runtime resume a b
  expect_error "resume: exactly one argument, the container's ID, is expected; given: 2 (see runtime --help)"
}
