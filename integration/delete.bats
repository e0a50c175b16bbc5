#!/usr/bin/env bats
# The end of a container, and of one whose records are damaged (runtime.md#delete; B-12…B-15).
load helpers

@test "delete: not while it runs" {
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  pid=$(state_of "$ID" pid)
  try runtime delete "$ID"
  expect_error "delete $ID: cannot delete container $ID that is not stopped: running"
  expect_equal "$(state_of "$ID" status pid)" "running $pid"
}

@test "delete: a created container, as engines expect" {
  create "$ID"
  try runtime delete "$ID"
  expect_success ''
  expect_nothing_left
}

@test "delete --force: ends whatever runs, descendants too" {
  set_script 'trap "" TERM HUP INT; setsid sleep 1000 & sleep 1000 & wait; wait'
  create "$ID"
  runtime start "$ID"
  try runtime delete --force "$ID"
  expect_success ''
  expect_nothing_left
}

@test "delete --force: ends processes that outlived init in a shared pid namespace" {
  update_config 'del(.linux.namespaces[] | select(.type == "pid"))'
  set_script 'setsid sleep 1000 & exit 0'
  create "$ID"
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  [ -n "$(processes_of "$ID")" ] || fail 'nothing outlived init'
  try runtime delete --force "$ID"
  expect_success ''
  expect_nothing_left
}

@test "delete: an unknown id is an error, but not with --force (K-33)" {
  try runtime delete "$ID"
  expect_error "delete $ID: container \"$ID\" does not exist"
  try runtime delete --force "$ID"
  expect_success ''
  mkdir "$ROOT"
  try runtime delete --force "$ID"
  expect_success ''
  try runtime delete "$ID"
  expect_error "delete $ID: container \"$ID\" does not exist"
}

@test "delete: the id is free at once" {
  for _ in 1 2 3; do
    create "$ID"
    try runtime delete "$ID"
    expect_success ''
  done
}

@test "delete: of several at once one does it, and the others know (K-09)" {
  create "$ID"
  race 4 runtime delete "$ID"
  expect_equal "$statuses" '0 1 1 1 ' 'exits'
  expect_equal "$stderr" "runtime: delete $ID: container \"$ID\" does not exist"
  expect_nothing_left
}

@test "delete: leaves the bundle as it was" {
  before=$(cd "$BUNDLE" && find . -type f -exec md5sum {} + | sort)
  mkdir "$BATS_TEST_TMPDIR/volume"
  echo precious >"$BATS_TEST_TMPDIR/volume/file"
  update_config --arg source "$BATS_TEST_TMPDIR/volume" \
    '.mounts += [{destination: "/tmp", source: $source, options: ["bind"]}]'
  config=$(<"$BUNDLE/config.json")
  create "$ID"
  runtime delete --force "$ID"
  expect_equal "$(<"$BATS_TEST_TMPDIR/volume/file")" precious
  expect_equal "$(<"$BUNDLE/config.json")" "$config"
  expect_equal "$(cd "$BUNDLE" && find . -type f ! -name config.json -exec md5sum {} + | sort)" \
    "$(grep -v ' ./config.json' <<<"$before")"
}

# --- damaged state ---------------------------------------------------------------------------

@test "damaged state: told apart, and removed by delete --force" {
  set_program sleep 1000
  create "$ID"
  create "$ID-2"
  runtime start "$ID"
  echo '{"version": 1' >"$ROOT/$ID/state.json"
  try runtime state "$ID"
  expect_error "state $ID: state.json: damaged: the checksum is not that of the text"
  # The others are to be seen all the same.
  expect_equal "$(runtime list -q)" "$ID"$'\n'"$ID-2"
  expect_equal "$(runtime list -f json | jq -r '.[].status')" $'stopped\ncreated'
  try runtime delete --force "$ID"
  expect_success ''
  runtime delete --force "$ID-2"
  expect_nothing_left
}

@test "damaged state: an empty folder is a stopped container" {
  mkdir -p "$ROOT/$ID"
  expect_equal "$(state_of "$ID" status pid)" 'stopped 0'
  try runtime start "$ID"
  expect_error "start $ID: cannot start a container that has stopped"
  try runtime delete "$ID"
  expect_success ''
  expect_nothing_left
}

@test "damaged state: a reused pid is nobody of ours" {
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
  # The record now points to this very shell, at another start time.
  edit_record "$ROOT/$ID/state.json" ".init.pid = $$"
  expect_equal "$(state_of "$ID" status pid)" 'stopped 0'
  try runtime kill "$ID" KILL
  expect_error "kill $ID: container not running"
  try runtime delete --force "$ID"
  expect_success ''
}

@test "damaged state: nothing of another boot is alive" {
  set_program sleep 1000
  create "$ID"
  pid=$(state_of "$ID" pid)
  edit_record "$ROOT/$ID/state.json" '.bootId = "00000000-0000-0000-0000-000000000000"'
  expect_equal "$(state_of "$ID" status pid)" 'stopped 0'
  kill -KILL "$pid"
  runtime delete "$ID"
  expect_nothing_left
}

@test "delete: of several at once that are forced none fails" {
  create "$ID"
  exec 9<"$ROOT/$ID"
  flock 9
  for _ in 1 2 3; do "$RUNTIME" --root "$ROOT" delete --force "$ID" 9<&- 3>&- & done
  # All of them have found it, and wait.
  sleep 0.3
  exec 9<&-
  for pid in $(jobs -p); do wait "$pid"; done
  expect_nothing_left
}

# --- a create that was killed ----------------------------------------------------------------

# crash_create HOOK SCRIPT: killed by a hook of that kind.
crash_create() {
  update_config --arg kind "$1" --arg script "$2" '.hooks[$kind] = [{path: "/bin/sh", args: ["sh", "-c", $script]}]'
  status=0
  runtime create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&- || status=$?
  expect_equal "$status" 137 'create'
  update_config 'del(.hooks)'
}

# expect_neighbour_spared: of the same id in another state root, hence in the cgroup of the killed one.
expect_neighbour_spared() {
  local other=$BATS_TEST_TMPDIR/other
  set_program sleep 1000
  ROOT=$other runtime run --detach --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-
  try runtime kill --all "$ID" KILL
  expect_error "kill $ID: container not running"
  try runtime delete --force "$ID"
  expect_equal "$(ROOT=$other state_of "$ID" status)" running 'the other'
  pid=$(ROOT=$other state_of "$ID" pid)
  [[ $status = 1 && $stderr = "runtime: delete $ID: its create was killed, and another container may use its cgroup: 1 process(es) in the cgroup have not ended: $pid (sleep)"* ]] ||
    fail "status $status: $stderr"
  ROOT=$other runtime delete --force "$ID"
  try runtime delete --force "$ID"
  expect_success ''
  expect_nothing_left
}

@test "killed create: another container in its cgroup by now is left alone" {
  # shellcheck disable=SC2016 # for the hook
  crash_create prestart 'kill -KILL $PPID'
  expect_neighbour_spared
}

@test "killed create: another container in its cgroup, whose folder it had not noted yet" {
  needs_strace
  # Where it clones init.
  strace -o /dev/null -e trace=clone3 -e inject=clone3:signal=KILL:when=1 \
    "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&- || true
  [ -n "$(find /sys/fs/cgroup -name "*$ID")" ] || fail 'it was killed too early'
  [ ! -e "$ROOT/$ID/.state.json.tmp" ] || fail 'it was killed too late'
  expect_neighbour_spared
}

@test "killed create: what its hooks have started in a shared pid namespace is ended" {
  update_config 'del(.linux.namespaces[] | select(.type == "pid"))'
  # shellcheck disable=SC2016 # for the hook
  crash_create createContainer 'setsid sleep 1000 & until grep -q sleep /proc/$!/comm; do :; done
    kill -KILL $(sed -n "s/^PPid:\t//p" /proc/$PPID/status)'
  [ -n "$(processes_of "$ID")" ] || fail 'nothing outlived it'
  try runtime delete --force "$ID"
  expect_success ''
  expect_nothing_left
}
