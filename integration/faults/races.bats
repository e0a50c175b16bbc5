#!/usr/bin/env bats
# A command that is delayed by 300 ms at a system call, be it any, while another command for the same
# container runs (R-05, R-12): each does its work or says clearly why not, only one wins where there is
# only one prize, and nothing is left.

load faults
load ../layouts

# race_at PREPARE OUTCOMES COMMAND… -- OTHER…: OUTCOMES is an extended regular expression of the two exit
# statuses, "COMMAND OTHER", and the status of the container after that.
race_at() {
  prepare_injector
  local prepare=$1 outcomes=$2 other=() points=0 findings=0 all index stride finding
  shift 2
  local first=()
  while [ "$1" != -- ]; do
    first+=("$1")
    shift
  done
  shift
  other=("$@")
  renew "$prepare"
  inject 0 delay "${first[@]}"
  all=${calls[0]}
  remove_all
  stride=$(FAULT_POINTS=${FAULT_POINTS:-8} choose_stride "$all" 1)
  for ((index = 1 + RANDOM % stride; index <= all; index += stride)); do
    renew "$prepare"
    race_once "0:$index"
    points=$((points + 1))
    finding=$(judge_race 2>&1) || true
    [ -z "$finding" ] || remove_all >/dev/null 2>&1 || true
    [ -z "$finding" ] || findings=$((findings + 1))
    [ -z "$finding" ] || sed 's/^/# /' <<<"${first[0]} $hit against ${other[0]}: $finding" >&3
  done
  echo "# ${first[0]} against ${other[0]}: $points of $all points" >&3
  expect_equal "$findings" 0 'findings'
}

# Outcomes of $first in $status and $stderr, of $other in $other_status and $other_stderr.
race_once() {
  rm -f "$BATS_TEST_TMPDIR/report"
  "$FAULT_AT" "$BATS_TEST_TMPDIR/report" "$1" delay "$RUNTIME" --root "$ROOT" "${first[@]}" \
    >"$BATS_TEST_TMPDIR/first" 2>&1 3>&- &
  local injector=$!
  wait_until is_delayed "$injector"
  hit=$(sed -n 's/^hit //p' "$BATS_TEST_TMPDIR/report")
  try timeout 20 "$RUNTIME" --root "$ROOT" "${other[@]}"
  other_status=$status other_stderr=$stderr status=0
  wait "$injector" || status=$?
  stderr=$(<"$BATS_TEST_TMPDIR/first")
}

is_delayed() { grep -qs -e '^hit' -e '^calls' "$BATS_TEST_TMPDIR/report" || has_ended "$1"; }

# What was killed may take a moment to end.
has_good_outcome() {
  after=$(state_of "$ID" status 2>/dev/null) || after=none
  [[ "$status $other_status $after" =~ ^($outcomes)$ ]]
}

judge_race() {
  local after
  [ "$status" = 0 ] || failed_clearly || true
  [ "$other_status" = 0 ] || status=$other_status stderr=$other_stderr failed_clearly || true
  retry 50 0.02 has_good_outcome || echo "outcome $status $other_status $after: $stderr | $other_stderr"
  remove_all
}

@test "create against create" {
  race_at nothing '(0 1|1 0) created' create --bundle "$BUNDLE" "$ID" -- create --bundle "$BUNDLE" "$ID"
}

@test "create against start" {
  race_at nothing '0 1 created|0 0 running' create --bundle "$BUNDLE" "$ID" -- start "$ID"
}

@test "create against delete --force" {
  race_at nothing '0 0 (created|none)|1 0 none|0 1 created' create --bundle "$BUNDLE" "$ID" -- delete --force "$ID"
}

@test "create against state" {
  race_at nothing '0 [01] created' create --bundle "$BUNDLE" "$ID" -- state "$ID"
}

@test "start against start" { race_at created '(0 1|1 0) running' start "$ID" -- start "$ID"; }

@test "start against kill" {
  race_at created '[01] 0 stopped' start "$ID" -- kill "$ID" KILL
}

@test "start against delete --force" { race_at created '[01] 0 none' start "$ID" -- delete --force "$ID"; }

@test "delete against delete" { race_at stopped '(0 1|1 0|0 0) none' delete "$ID" -- delete "$ID"; }

@test "delete against create" {
  race_at stopped '0 1 none|0 0 created' delete "$ID" -- create --bundle "$BUNDLE" "$ID"
}

@test "delete against start" { race_at stopped '0 1 none' delete "$ID" -- start "$ID"; }

@test "exec against delete --force" {
  race_at running '(0|1|255) 0 none' exec --detach "$ID" sleep 1000 -- delete --force "$ID"
}

@test "exec against kill" {
  race_at running '(0|1|255) 0 stopped' exec --detach "$ID" sleep 1000 -- kill "$ID" KILL
}

@test "exec --ignore-paused against kill" {
  race_at paused '255 0 stopped' exec --ignore-paused "$ID" true -- kill "$ID" KILL
}

@test "pause against delete --force" { race_at running '[01] 0 none' pause "$ID" -- delete --force "$ID"; }

@test "update against pause" { race_at running '0 0 paused' update --pids-limit 40 "$ID" -- pause "$ID"; }

# --- at one certain moment -----------------------------------------------------------------------

# held_back CALL HOW COMMAND…: in the background, until it makes such a call, which takes 4 s; HOW is delay_enter
# or delay_exit. Only of exec children are followed, since strace stays until all have ended. $files: only
# calls for these files count ("-P NAME"…).
files=()
held_back() {
  needs_strace
  local call=$1 how=$2 follow=()
  shift 2
  [ "$1" != exec ] || follow=(-f)
  mkdir -p "$ROOT"
  in_background strace "${follow[@]}" "${files[@]}" -o "$BATS_TEST_TMPDIR/trace" \
    -e trace="$call" -e inject="$call:$how=4000000:when=1" "$RUNTIME" --root "$ROOT" "$@"
  wait_until grep -qs "$call(" "$BATS_TEST_TMPDIR/trace"
}

@test "create of an id that is deleted before its folder is open" {
  held_back mkdirat delay_exit create --bundle "$BUNDLE" "$ID"
  wait_until test -d "$ROOT/$ID"
  runtime delete --force "$ID"
  finish_background
  expect_error "create $ID: container \"$ID\" was deleted while it was being created"
}

@test "create of an id that is deleted, and created by another, before its folder is open" {
  held_back mkdirat delay_exit create --bundle "$BUNDLE" "$ID"
  wait_until test -d "$ROOT/$ID"
  runtime delete --force "$ID"
  create "$ID"
  finish_background
  expect_error "create $ID: container with given ID already exists: \"$ID\""
  expect_equal "$(state_of "$ID" status)" created
}

@test "create of an id whose folder becomes the container of another, whose own was deleted" {
  held_back mkdirat delay_exit create --bundle "$BUNDLE" "$ID"
  wait_until test -d "$ROOT/$ID"
  runtime delete --force "$ID"
  # Makes its folder at once, and looks at it after the first has.
  try strace -o /dev/null -e trace=mkdirat -e inject=mkdirat:delay_exit=6000000:when=1 \
    "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: container with given ID already exists: \"$ID\""
  finish_background
  expect_equal "$status $(state_of "$ID" status)" '0 created'
}

@test "create that has seen the cgroup of its predecessor" {
  create "$ID"
  held_back mkdirat delay_enter create --bundle "$BUNDLE" "$ID"
  runtime delete --force "$ID"
  finish_background
  expect_success ''
}

@test "start of a container that is killed before it is told" {
  create "$ID"
  held_back connect delay_enter start "$ID"
  runtime kill "$ID" KILL
  finish_background
  expect_error "start $ID: the container's init has ended"
}

# Who is frozen by v1 ends when thawed.
@test "v1: kill KILL of a container that is paused before the signal" {
  setup_layout v1
  running
  held_back pidfd_send_signal delay_enter kill "$ID" KILL
  runtime pause "$ID"
  finish_background
  expect_success ''
  wait_until has_status "$ID" stopped
}

# So little processor time is left to its init that the signal waits for its turn, as does the freezer of v1.
@test "v1: pause of a container that is being killed" {
  setup_layout v1
  update_config '.linux.resources.cpu = {quota: 1000, period: 1000000}'
  set_script 'while :; do :; done'
  for _ in {1..5}; do
    create "$ID"
    runtime start "$ID"
    sleep 0.1
    runtime kill "$ID" KILL
    try runtime pause "$ID"
    wait_until has_status "$ID" stopped
    runtime delete "$ID"
  done
}

@test "exec in a container that is killed before it is entered" {
  running
  held_back setns delay_enter exec "$ID" true
  runtime kill "$ID" KILL
  finish_background
  expect_error "exec $ID: the container has stopped: setns: process gone (ESRCH)" 255
}

@test "exec in a paused container whose init somebody else kills, before anybody is on the way in" {
  grep -q ' - cgroup2 ' /proc/self/mountinfo || skip 'no cgroup2: with the freezer of v1 nobody ends'
  paused
  held_back clone3 delay_enter exec --ignore-paused "$ID" true
  kill -KILL "$(state_of "$ID" pid)"
  finish_background
  expect_error "exec $ID: the container has stopped: setns: process gone (ESRCH)" 255
}

@test "state, which has found no state yet when create ends" {
  update_config --arg hook "until [ -e $BUNDLE/go ]; do sleep 0.05; done" \
    '.hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", $hook]}]'
  create "$ID" &
  creation=$!
  wait_until has_status "$ID" creating
  files=(-P intent.json)
  held_back openat delay_enter state "$ID"
  touch "$BUNDLE/go"
  wait "$creation"
  finish_background
  expect_equal "$status$stderr $(grep -o '"status": .*' <<<"$stdout")" '0 "status": "created",'
}

@test "create in a cgroup that another create has made, and in which nobody is yet" {
  update_config --arg path "/$ID" '.linux.cgroupsPath = $path'
  held_back clone3 delay_enter create --bundle "$BUNDLE" "$ID"
  try runtime create --bundle "$BUNDLE" "$ID-2"
  expect_error "create $ID-2: container's cgroup is that of container \"$ID\""
  finish_background
  expect_equal "$status $(state_of "$ID" status)" '0 created'
}
