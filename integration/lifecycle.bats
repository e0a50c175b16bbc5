#!/usr/bin/env bats
# The life of a container: create, state, start (runtime.md#lifecycle; B-01…B-07 of the feature
# inventory). Its end is in delete.bats, what kill knows about signals in kill.bats.
load helpers

exists() { [ -e "$1" ]; }

@test "lifecycle: created, running, stopped, gone" {
  set_script 'echo ran; exec sleep 1000'
  create --pid-file "$BATS_TEST_TMPDIR/pid" "$ID"
  pid=$(<"$BATS_TEST_TMPDIR/pid")
  expect_equal "$(state_of "$ID" status)" created
  try runtime start "$ID"
  expect_success ''
  expect_equal "$(state_of "$ID" status)" running
  expect_equal "$(state_of "$ID" pid)" "$pid" 'pid'
  wait_until has_content "$OUTPUT"
  try runtime kill "$ID" KILL
  expect_success ''
  wait_until has_status "$ID" stopped
  try runtime delete "$ID"
  expect_success ''
  expect_nothing_left
  try runtime state "$ID"
  expect_error "state $ID: container \"$ID\" does not exist"
}

@test "lifecycle: state prints all that is known, as JSON" {
  update_config '.annotations = {"org.example.key": "a \"value\"", "empty": ""}'
  set_program sleep 1000
  create --pid-file "$BATS_TEST_TMPDIR/pid" "$ID"
  runtime state "$ID" >"$BATS_TEST_TMPDIR/state"
  jq -e --arg id "$ID" --arg bundle "$BUNDLE" --argjson pid "$(<"$BATS_TEST_TMPDIR/pid")" '
    (.created | test("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z$")) and
    del(.created) == {ociVersion: "1.3.0", id: $id, pid: $pid, status: "created", bundle: $bundle,
      rootfs: ($bundle + "/rootfs"), owner: "root",
      annotations: {"org.example.key": "a \"value\"", "empty": ""}}' "$BATS_TEST_TMPDIR/state"
  created=$(jq -r .created "$BATS_TEST_TMPDIR/state")
  age=$(($(date +%s) - $(date -d "$created" +%s)))
  if [ "$age" -lt 0 ] || [ "$age" -gt 60 ]; then fail "created $age seconds ago"; fi
}

# Whichever way the command line and the config name them.
@test "lifecycle: the paths in state are the kernel's" {
  local bundle root
  set_program sleep 1000
  ln -s bundle "$BATS_TEST_TMPDIR/link"
  ln -s rootfs "$BUNDLE/linked"
  cd "$BATS_TEST_TMPDIR" || return
  while read -r bundle root; do
    update_config --arg root "$root" '.root.path = $root'
    runtime create --bundle "$bundle" "$ID" >/dev/null 2>&1
    expect_equal "$(runtime state "$ID" | jq -r '.bundle, .rootfs')" "$BUNDLE"$'\n'"$BUNDLE/rootfs" "$bundle $root"
    runtime delete --force "$ID"
  done <<EOF
$BUNDLE rootfs
bundle ./rootfs
$BATS_TEST_TMPDIR/link linked
$BATS_TEST_TMPDIR//bundle/ ../bundle/rootfs/
$BUNDLE/../bundle/. $BATS_TEST_TMPDIR/link/linked
EOF
}

@test "lifecycle: a stopped container has no pid" {
  create "$ID"
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  expect_equal "$(state_of "$ID" pid)" 0 'pid'
}

@test "lifecycle: create doesn't run the program" {
  set_script 'echo ran >/tmp/marker'
  create "$ID"
  sleep 0.1
  [ ! -e "$BUNDLE/rootfs/tmp/marker" ] || fail 'it ran'
  runtime start "$ID"
  wait_until exists "$BUNDLE/rootfs/tmp/marker"
}

@test "lifecycle: nobody else may start it, whatever the umask" {
  (umask 0 && create "$ID")
  expect_equal "$(stat -c %a "$ROOT/$ID/start")" 600
}

@test "lifecycle: an id of any length that the rules allow" {
  for length in 247 248 255; do
    printf -v long "%s%0$((length - ${#ID}))d" "$ID" 0
    create "$long"
    expect_equal "$(runtime state "$long" | jq -r .id)" "$long"
    runtime delete "$long"
  done
}

@test "lifecycle: create leaves one process, the container's init" {
  create "$ID"
  pid=$(state_of "$ID" pid)
  expect_equal "$(processes_of "$ID")" "$pid" 'in the cgroup'
  expect_equal "$(runtime_processes)" "/proc/$pid/cmdline" 'the runtime'
}

@test "lifecycle: pid file holds digits only, and replaces an older one (K-52)" {
  echo older, and longer >"$BATS_TEST_TMPDIR/pid"
  cd "$BATS_TEST_TMPDIR"
  create --pid-file pid "$ID"
  expect_equal "$(od -An -c pid | tr -d ' ')" "$(printf %s "$(state_of "$ID" pid)")" 'pid file'
  expect_equal "$(ls "$BATS_TEST_TMPDIR")" $'bundle\noutput\npid\nroot' 'files'
}

@test "lifecycle: a failed create leaves no pid file (K-50)" {
  set_program nowhere
  try runtime create --bundle "$BUNDLE" --pid-file "$BATS_TEST_TMPDIR/pid" "$ID"
  expect_error "create $ID: exec: \"nowhere\": executable file not found in \$PATH"
  [ ! -e "$BATS_TEST_TMPDIR/pid" ] || fail 'there is a pid file'
  expect_nothing_left
}

@test "lifecycle: what is edited after create has no effect" {
  set_script 'echo as created'
  create "$ID"
  set_script 'echo as edited'
  runtime start "$ID"
  wait_until has_content "$OUTPUT"
  expect_equal "$(<"$OUTPUT")" 'as created'
}

@test "lifecycle: outlives its bundle" {
  set_program sleep 1000
  create "$ID"
  rm -r "$BUNDLE"
  expect_equal "$(state_of "$ID" status bundle)" "created $BUNDLE"
  # sleep is gone, but the process is there to be killed.
  try runtime kill "$ID" KILL
  expect_success ''
  wait_until has_status "$ID" stopped
  try runtime delete "$ID"
  expect_success ''
  expect_nothing_left
}

# --- start -----------------------------------------------------------------------------------

@test "start: reports that the program can't be executed" {
  printf '#!/nowhere/sh\n' >"$BUNDLE/rootfs/bin/broken"
  chmod +x "$BUNDLE/rootfs/bin/broken"
  set_program /bin/broken
  create "$ID"
  try runtime start "$ID"
  expect_error "start $ID: exec: \"/bin/broken\": no such file or directory (the interpreter or loader it names is missing)"
  wait_until has_status "$ID" stopped
  try runtime start "$ID"
  expect_error "start $ID: cannot start a container that has stopped"
  try runtime delete "$ID"
  expect_success ''
  expect_nothing_left
}

@test "start: reports a program that vanished or turned unreadable since create" {
  cp "$BUNDLE/rootfs/bin/busybox" "$BUNDLE/rootfs/bin/mine"
  set_program mine
  create "$ID"
  echo garbage >"$BUNDLE/rootfs/bin/mine"
  try runtime start "$ID"
  expect_error "start $ID: exec: \"/bin/mine\": exec format error"
}

@test "start: a second one is refused" {
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  pid=$(state_of "$ID" pid)
  try runtime start "$ID"
  expect_error "start $ID: cannot start an already running container"
  expect_equal "$(state_of "$ID" status pid)" "running $pid"
}

@test "start: of several at once exactly one wins" {
  set_script 'echo ran; exec sleep 1000'
  create "$ID"
  race 5 runtime start "$ID"
  expect_equal "$statuses" '0 1 1 1 1 ' 'exits'
  expect_equal "$stderr" "runtime: start $ID: cannot start an already running container"
  wait_until has_content "$OUTPUT"
  expect_equal "$(<"$OUTPUT")" ran
}

@test "start: not when init was killed before" {
  create "$ID"
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
  try runtime start "$ID"
  expect_error "start $ID: cannot start a container that has stopped"
}

@test "start: not when there is no such container" {
  try runtime start "$ID"
  expect_error "start $ID: container \"$ID\" does not exist"
}

# --- create ----------------------------------------------------------------------------------

@test "create: an id in use is refused, and its container undisturbed (K-42)" {
  set_program sleep 1000
  create "$ID"
  pid=$(state_of "$ID" pid)
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: container with given ID already exists: \"$ID\""
  expect_equal "$(state_of "$ID" status pid)" "created $pid"
  runtime start "$ID"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: container with given ID already exists: \"$ID\""
  expect_equal "$(state_of "$ID" status pid)" "running $pid"
}

@test "create: of several with one id exactly one wins (K-09)" {
  race 5 runtime create --bundle "$BUNDLE" "$ID"
  expect_equal "$statuses" '0 1 1 1 1 ' 'exits'
  expect_equal "$stderr" "runtime: create $ID: container with given ID already exists: \"$ID\""
  expect_equal "$(state_of "$ID" status)" created
}

@test "create: the same id in another root is another container" {
  set_program sleep 1000
  # A cgroup is one per path on this machine, whatever the roots.
  update_config --arg path "/$ID-a" '.linux.cgroupsPath = $path'
  create "$ID"
  update_config --arg path "/$ID-b" '.linux.cgroupsPath = $path'
  other=$BATS_TEST_TMPDIR/other
  ROOT=$other create "$ID"
  [ "$(state_of "$ID" pid)" != "$(ROOT=$other state_of "$ID" pid)" ] || fail 'one pid for both'
  runtime delete "$ID"
  expect_equal "$(ROOT=$other state_of "$ID" status)" created
  ROOT=$other runtime delete "$ID"
}

# Every system call of it is the business of faults/kills.bats.
@test "create: killed half-way, delete --force leaves nothing" {
  for delay in 0.002 0.01 0.03; do
    "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&- &
    creator=$!
    sleep "$delay"
    kill -KILL "$creator" 2>/dev/null || true
    # The shell reports the kill.
    wait "$creator" 2>/dev/null || true
    try runtime delete --force "$ID"
    expect_success ''
    expect_nothing_left
  done
}

@test "create: while the creator stands still the container is creating (K-60)" {
  # Stopped as soon as it has written its intent.
  "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&- &
  creator=$!
  until [ -e "$ROOT/$ID/intent.json" ]; do kill -0 "$creator" || break; done
  stop_process "$creator"
  if [ -e "$ROOT/$ID/state.json" ]; then
    kill -CONT "$creator"
    wait "$creator"
    skip 'the creator was too fast to be caught in between'
  fi
  try runtime state "$ID"
  kill -CONT "$creator"
  wait "$creator"
  expect_equal "$status $(jq -r '.status, .pid' <<<"$stdout")" $'0 creating\n0'
  expect_equal "$(state_of "$ID" status)" created
}
