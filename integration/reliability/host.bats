#!/usr/bin/env bats
# A host that lacks something, or takes it away (R-16 of security.md): commands do without it or say what is
# missing, and nothing is left once it is back. A bundle that is deleted after create is in lifecycle.bats, a
# root file system that is replaced in rootfs.bats.
load ../helpers

# on_host ARRANGE WORDS…: the runtime where the mounts are so arranged.
on_host() {
  local arrange=$1
  shift
  try unshare --mount --propagation private sh -c "$arrange"' && exec "$0" "$@"' "$RUNTIME" --root "$ROOT" "$@"
}

# expect_on_host ARRANGE ERROR COMMAND…: each of these commands fails so.
expect_on_host() {
  local arrange=$1 error=$2 command
  shift 2
  for command; do
    # shellcheck disable=SC2086 # words
    on_host "$arrange" $command
    expect_error "${command%% *} $ID: $error"
  done
}

# --- the bundle and the state ------------------------------------------------------------------

@test "R-16: the root file system is unmounted after create" {
  mount --bind "$BUNDLE/rootfs" "$BUNDLE/rootfs"
  set_program echo ran
  create "$ID"
  umount --lazy "$BUNDLE/rootfs"
  mv "$BUNDLE" "$BUNDLE.old"
  try runtime start "$ID"
  expect_success ''
  wait_until has_content "$OUTPUT"
  expect_equal "$(<"$OUTPUT")" ran
}

@test "R-16: the state's file system is read-only" {
  read_only="mount --bind '$ROOT' '$ROOT' && mount -o remount,bind,ro '$ROOT'"
  set_script 'echo ran; exec sleep 1000'
  create "$ID"
  on_host "$read_only" state "$ID"
  expect_equal "$status $stderr" '0 '
  on_host "$read_only" start "$ID"
  expect_success ''
  wait_until has_content "$OUTPUT"
  on_host "$read_only" create --bundle "$BUNDLE" "$ID-2"
  expect_error "create $ID-2: state root $ROOT: mkdir $ID-2: Read-only file system (EROFS)"
  on_host "$read_only" kill "$ID" KILL
  expect_success ''
  wait_until has_status "$ID" stopped
  on_host "$read_only" delete "$ID"
  expect_error "delete $ID: unlink state.json: Read-only file system (EROFS)"
  try runtime delete "$ID"
  expect_success ''
}

# --- /proc and /sys ----------------------------------------------------------------------------

NO_PROC='/proc is not mounted, or is that of another pid namespace'

@test "R-16: no /proc" {
  skip_sanitized 'the sanitizers themselves read it'
  set_program sleep 1000
  create "$ID"
  no_proc='mount -t tmpfs none /proc'
  expect_on_host "$no_proc" "$NO_PROC" "state $ID" "start $ID" "kill $ID KILL" "delete $ID" "delete --force $ID"
  on_host "$no_proc" create --bundle "$BUNDLE" "$ID-2"
  [[ $status = 1 && $stderr = "runtime: create"*/proc/* && $stderr != *$'\n'* ]] || fail "$stderr"
  [ ! -e "$ROOT/$ID-2" ]
  expect_equal "$(state_of "$ID" status)" created
}

# There the numbers are those of other processes.
@test "R-16: the /proc of another pid namespace" {
  set_program sleep 1000
  create "$ID"
  elsewhere() { try unshare --pid --fork --kill-child "$RUNTIME" --root "$ROOT" "$@"; }
  for command in state start delete; do
    elsewhere "$command" "$ID"
    expect_error "$command $ID: $NO_PROC"
  done
  elsewhere create --bundle "$BUNDLE" "$ID-2"
  expect_error "create $ID-2: $NO_PROC"
  [ ! -e "$ROOT/$ID-2" ]
  expect_equal "$(state_of "$ID" status)" created
}

@test "R-16: /proc with hidepid" {
  set_script 'echo ran; exec sleep 1000'
  hidden='mount -t proc -o hidepid=2 proc /proc'
  : >"$OUTPUT"
  unshare --mount --propagation private sh -c "$hidden"' && exec "$0" "$@"' \
    "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" >>"$OUTPUT" 2>&1 3>&-
  on_host "$hidden" start "$ID"
  expect_success ''
  wait_until has_content "$OUTPUT"
  expect_equal "$(<"$OUTPUT")" ran
  on_host "$hidden" exec "$ID" echo inside
  expect_success inside
  on_host "$hidden" delete --force "$ID"
  expect_success ''
  expect_nothing_left
}

@test "R-16: no /sys" {
  set_program sleep 1000
  create "$ID"
  no_sys='umount --recursive --lazy /sys'
  first=$(sed -n 's/.*"hierarchies":\[{"name":"[^"]*","mountPoint":"\([^"]*\)".*/\1/p' "$ROOT/$ID/state.json")
  expect_on_host "$no_sys" "open $first: not found (ENOENT)" "state $ID" "start $ID" "kill $ID KILL" "delete --force $ID"
  on_host "$no_sys" create --bundle "$BUNDLE" "$ID-2"
  expect_error "create $ID-2: no cgroup filesystem is mounted"
  [ ! -e "$ROOT/$ID-2" ]
}

# --- /dev and the standard streams -------------------------------------------------------------

@test "R-16: no null device" {
  no_dev='mount -t tmpfs none /dev'
  set_script 'stat -c "%F %t:%T" /dev/null'
  on_host "$no_dev" run --bundle "$BUNDLE" "$ID"
  expect_success 'character special file 1:3'
  # It would stand in for a stream that is closed.
  for stream in 0 1; do
    on_host "$no_dev && exec $stream>&-" run --bundle "$BUNDLE" "$ID"
    expect_outcome 1 '' 'runtime: open /dev/null: not found (ENOENT)'
  done
}

# Nothing that is opened takes a stream's place.
@test "R-16: closed standard streams" {
  set_script 'for at in 0 1 2; do readlink /proc/self/fd/$at; done >/tmp/streams; exit 5'
  closed_all() { "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID" <&- >&- 2>&-; }
  try closed_all
  expect_equal "$status" 5
  expect_equal "$(<"$BUNDLE/rootfs/tmp/streams")" $'/dev/null\n/tmp/streams\n/dev/null'
  set_program sleep 1000
  for command in "create --bundle $BUNDLE" state start pause resume kill 'delete --force'; do
    status=0
    # shellcheck disable=SC2086 # words
    "$RUNTIME" --root "$ROOT" $command "$ID" <&- >&- 2>&- || status=$?
    expect_equal "$status" 0 "$command"
  done
}
