#!/usr/bin/env bats
# Hooks: where they run, what they are given, what their failure means (A-090 to A-098, B-64).

load helpers

# A hook that appends its name, folder, environment and input to a file of the host.
make_recorder() {
  LOG=$BATS_TEST_TMPDIR/log
  cat >"$BATS_TEST_TMPDIR/record" <<END
#!/bin/bash
printf '%s %s %s\n' "\$1" "\$PWD" "\$(env | grep -v -e ^PWD= -e ^SHLVL= -e ^_= | sort | tr '\n' ' ')" >>'$LOG'
cat >>"$LOG.\$1"
exit \${2:-0}
END
  chmod +x "$BATS_TEST_TMPDIR/record"
}

# add_hook KIND ARGUMENT…: the recorder, as a hook of that kind.
add_hook() {
  jq --arg kind "$1" --arg path "$BATS_TEST_TMPDIR/record" \
    '.hooks[$kind] += [{path: $path, args: (["record"] + $ARGS.positional)}]' \
    "$BUNDLE/config.json" --args -- "$@" | replace_config
}

# add_shell KIND SCRIPT: a hook that is a line of shell; in the container for startContainer.
add_shell() {
  update_config --arg kind "$1" --arg script "$2" \
    '.hooks[$kind] += [{path: "/bin/sh", args: ["sh", "-c", $script]}]'
}

names_run() { cut -d' ' -f1 "$LOG" | tr '\n' ' '; }
state_given() { jq -r "$2" "$LOG.$1"; }

@test "the kinds run in the order of the life cycle, each at its command" {
  make_recorder
  local kind
  for kind in poststop poststart createContainer createRuntime prestart; do add_hook "$kind"; done
  set_program sleep 1000
  create "$ID"
  expect_equal "$(names_run)" 'prestart createRuntime createContainer '
  runtime start "$ID"
  expect_equal "$(names_run)" 'prestart createRuntime createContainer poststart '
  runtime delete --force "$ID"
  expect_equal "$(names_run)" 'prestart createRuntime createContainer poststart poststop '
}

@test "several hooks of a kind run in the order listed" {
  make_recorder
  add_shell prestart "echo one >>$LOG"
  add_shell prestart "echo two >>$LOG"
  runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$(cat "$LOG")" $'one\ntwo'
}

@test "each is given the state, with the host's pid and the status of its place" {
  make_recorder
  local kind pid
  for kind in prestart createRuntime createContainer poststart poststop; do add_hook "$kind"; done
  update_config '.annotations = {"a": "b"}'
  set_program sleep 1000
  create --pid-file "$BATS_TEST_TMPDIR/pid" "$ID"
  pid=$(<"$BATS_TEST_TMPDIR/pid")
  runtime start "$ID"
  runtime delete --force "$ID"
  for kind in prestart createRuntime createContainer; do
    expect_equal "$(state_given "$kind" '"\(.id) \(.pid) \(.status) \(.bundle) \(.annotations.a)"')" \
      "$ID $pid creating $BUNDLE b" "$kind"
  done
  expect_equal "$(state_given poststart '"\(.pid) \(.status)"')" "$pid running"
  expect_equal "$(state_given poststop '"\(.pid) \(.status)"')" "0 stopped"
}

@test "startContainer runs inside, after start and before the program" {
  add_shell startContainer 'read state; echo "hook $(hostname) $(pwd) $$ ${state##*\"status\":}" | cut -c1-60 >/out'
  set_script 'echo program >>/out'
  update_config '.hostname = "inside"'
  create "$ID"
  [ ! -e "$BUNDLE/rootfs/out" ]
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  expect_equal "$(sed 's/ [0-9]* "created.*/ "created"/' "$BUNDLE/rootfs/out")" \
    $'hook inside / "created"\nprogram'
}

@test "createContainer runs in the container's namespaces with the host's paths in view" {
  make_recorder
  add_shell createContainer "readlink /proc/self/ns/mnt /proc/self/ns/uts >$LOG; [ -e $BUNDLE/config.json ]"
  set_program sleep 1000
  create --pid-file "$BATS_TEST_TMPDIR/pid" "$ID"
  expect_equal "$(<"$LOG")" \
    "$(readlink "/proc/$(<"$BATS_TEST_TMPDIR/pid")/ns/mnt" "/proc/$(<"$BATS_TEST_TMPDIR/pid")/ns/uts")"
}

@test "createContainer hooks of a user namespace have a bundle that is its owner's alone as their folder" {
  map_ids 0 100000 65536
  chmod 700 "$BUNDLE"
  update_config '.hooks.createContainer = [{path: "/bin/readlink", args: ["readlink", "/proc/self/cwd", "/"]}]'
  set_program true
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: hook createContainer[0] /bin/readlink: exited with status 1: $BUNDLE"
}

@test "hooks find the root file system at its path in the container's mount namespace, with its mounts" {
  local users
  set_program sleep 1000
  add_shell createRuntime "nsenter -m -t \$(jq .pid) mountpoint -q $BUNDLE/rootfs/proc"
  add_shell createContainer 'mountpoint -q rootfs/dev/pts'
  for users in host mapped; do
    [ "$users" = host ] || map_ids 0 100000 65536
    create "$ID"
    runtime delete --force "$ID"
  done
}

@test "the environment is the hook's own and nothing else, the folder is the bundle" {
  make_recorder
  add_hook prestart
  update_config '.hooks.prestart[0].env = ["PATH=/usr/bin:/bin", "A=b"]'
  SECRET=x runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$(<"$LOG")" "prestart $BUNDLE A=b PATH=/usr/bin:/bin "
}

# As runc and crun have it; config.md leaves it open.
@test "a hook that lists no environment has the runtime's, one in the container the program's" {
  make_recorder
  local kind
  for kind in prestart createRuntime createContainer poststart poststop; do add_hook "$kind"; done
  add_shell startContainer 'env >/hook-env'
  update_config '.process.env = ["PATH=/bin", "INSIDE=1"]'
  env -i PATH="$PATH" OUTSIDE=1 "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  expect_equal "$(<"$LOG")" "$(for kind in prestart createRuntime createContainer poststart poststop; do
    echo "$kind $BUNDLE OUTSIDE=1 PATH=$PATH "
  done)"
  expect_equal "$(grep -v -e PWD -e SHLVL "$BUNDLE/rootfs/hook-env" | sort | tr '\n' ' ')" 'HOME=/root INSIDE=1 PATH=/bin '
  update_config '.hooks = {prestart: [.hooks.prestart[0] + {env: []}]}'
  rm "$LOG"
  OUTSIDE=1 runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$(<"$LOG")" "prestart $BUNDLE "
}

@test "a hook that does not read its input hinders nobody" {
  add_shell prestart 'exec <&-; sleep 0.1'
  # More than a pipe holds.
  update_config '.annotations = {"long": ("x" * 200000)}'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ''
}

@test "a process that a hook leaves behind with its output open hinders nobody" {
  add_shell prestart 'sleep 5 & exit 0'
  SECONDS=0
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ''
  [ "$SECONDS" -lt 4 ]
}

@test "a failure before start undoes the create, and poststop hooks run all the same" {
  make_recorder
  local kind
  for kind in prestart createRuntime createContainer; do
    add_hook "$kind" 3
    add_hook poststop
    try runtime create --bundle "$BUNDLE" "$ID"
    expect_error "create $ID: hook ${kind}[0] $BATS_TEST_TMPDIR/record: exited with status 3"
    expect_equal "$(tail -n 1 "$LOG" | cut -d' ' -f1)" poststop "$kind"
    expect_nothing_left
    update_config 'del(.hooks)'
  done
}

@test "a failure of startContainer is start's error and ends the container" {
  add_shell startContainer 'echo no >&2; exit 4'
  create "$ID"
  try runtime start "$ID"
  expect_error "start $ID: hook startContainer[0] /bin/sh: exited with status 4: no"
  wait_until has_status "$ID" stopped
}

@test "a failure of poststart is start's error and ends the container" {
  add_shell poststart 'exit 5'
  set_program sleep 1000
  create "$ID"
  try runtime start "$ID"
  expect_error "start $ID: hook poststart[0] /bin/sh: exited with status 5"
  wait_until has_status "$ID" stopped
}

@test "a failure of poststart ends a container in the host's pid namespace whole" {
  add_shell poststart 'exit 5'
  update_config '.linux.namespaces |= map(select(.type != "pid"))'
  set_script 'sleep 1000 & exec sleep 1001'
  create "$ID"
  try runtime start "$ID"
  expect_error "start $ID: hook poststart[0] /bin/sh: exited with status 5"
  wait_until has_status "$ID" stopped
  wait_until has_processes 0
}

@test "a poststop hook keeps no other command waiting" {
  local deletion
  add_shell poststop "while [ ! -e '$BATS_TEST_TMPDIR/go' ]; do sleep 0.05; done"
  set_program sleep 1000
  runtime_in_background run --bundle "$BUNDLE" "$ID"
  wait_until has_status "$ID" running
  ("$RUNTIME" --root "$ROOT" delete --force "$ID" >/dev/null 2>&1 3>&-) &
  deletion=$!
  finish_background
  touch "$BATS_TEST_TMPDIR/go"
  wait "$deletion"
  expect_equal "$status $stderr" '137 '
}

@test "hooks and helpers of a caller that ignores SIGCHLD" {
  add_shell prestart 'exit 0'
  add_shell poststop 'echo deleted >&2; exit 4'
  set_program sleep 1000
  try env --ignore-signal=CHLD "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
  expect_success ''
  try env --ignore-signal=CHLD "$RUNTIME" --root "$ROOT" ps "$ID"
  [[ $status = 0 && -z $stderr ]] || fail "$status $stderr"
  try env --ignore-signal=CHLD "$RUNTIME" --root "$ROOT" delete --force "$ID"
  [[ $status = 0 && $stderr == *'hook poststop[0] /bin/sh: exited with status 4: deleted"' ]] || fail "$status $stderr"
}

@test "a failure of poststop is a warning, and the others run" {
  make_recorder
  add_hook poststop 6
  add_hook poststop
  create "$ID"
  try runtime delete "$ID"
  expect_equal "$status" 0
  [[ $stderr == *"level=warning msg=\"delete $ID: hook poststop[0] $BATS_TEST_TMPDIR/record: exited with status 6\""* ]]
  expect_equal "$(names_run)" 'poststop poststop '
}

@test "the error has the end of what the hook printed, on one line" {
  add_shell prestart 'echo first; echo last >&2; exit 1'
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: hook prestart[0] /bin/sh: exited with status 1: first last"
}

@test "a hook longer than its timeout is killed with all it has started" {
  add_shell prestart "sleep 4321 & sleep 4321"
  update_config '.hooks.prestart[0].timeout = 1'
  SECONDS=0
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: hook prestart[0] /bin/sh: took longer than its timeout of 1 s and was killed"
  [ "$SECONDS" -lt 4 ]
}

@test "a hook that leaves its process group is killed all the same" {
  cat >"$BATS_TEST_TMPDIR/leaver" <<'END'
#!/usr/bin/python3
import os, time
os.setpgid(0, os.getpgid(os.getppid()))
time.sleep(6)
END
  chmod +x "$BATS_TEST_TMPDIR/leaver"
  update_config --arg path "$BATS_TEST_TMPDIR/leaver" '.hooks.prestart = [{path: $path, timeout: 1}]'
  SECONDS=0
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: hook prestart[0] $BATS_TEST_TMPDIR/leaver: took longer than its timeout of 1 s and was killed"
  [ "$SECONDS" -lt 4 ]
}

@test "a timeout of a hook that is longer than a clock can tell" {
  local timeout
  for timeout in 4294968 9223372037 9223372036854774784; do
    add_shell prestart 'sleep 1'
    update_config ".hooks.prestart = [.hooks.prestart[0] + {timeout: $timeout}]"
    try runtime run --bundle "$BUNDLE" "$ID"
    expect_success ''
  done
}

@test "a hook that closes its input before it has the state doesn't end the runtime" {
  # More than a pipe holds, so that some of it is still to be written by then.
  update_config '.annotations = {large: ("x" * 300000)}'
  add_shell prestart 'exec <&-; sleep 0.2'
  create "$ID"
  expect_equal "$(state_of "$ID" status)" created
}

@test "a hook killed by a signal, missing or not executable is said to be" {
  add_shell prestart 'kill -9 $$'
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: hook prestart[0] /bin/sh: was killed by signal 9"
  update_config '.hooks.prestart = [{path: "/no/such"}]'
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: hook prestart[0] /no/such: exited with status 127: exec: not found (ENOENT)"
  update_config '.hooks.prestart = [{path: "/etc/passwd"}]'
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: hook prestart[0] /etc/passwd: exited with status 127: exec: access denied (EACCES)"
}

@test "hooks that make no sense are refused before anything is done" {
  make_recorder
  update_config '.hooks.prestart = [{path: "relative"}, {path: "/x", timeout: 0}]'
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_equal "$status" 1
  [[ $stderr == *"config.json: /hooks/prestart/0/path: "*"/hooks/prestart/1/timeout: "* ]]
}

# --- ended while a hook runs -----------------------------------------------------------------

has_begun() { [ -e "$BATS_TEST_TMPDIR/began" ] || [ -e "$BUNDLE/rootfs/tmp/began" ]; }

# begin_with_hook KIND COMMAND…: in the background, until the hook runs. The last of its words is in its child's
# name, too.
begin_with_hook() {
  local kind=$1 began=$BATS_TEST_TMPDIR/began
  shift
  [ "$kind" != startContainer ] || began=/tmp/began
  rm -f "$BATS_TEST_TMPDIR/began" "$BUNDLE/rootfs/tmp/began"
  update_config 'del(.hooks)'
  add_shell "$kind" "touch $began; sh -c 'sleep 1000; : $ID'; :"
  # A shell has what it puts into the background ignore SIGINT.
  in_background env --default-signal=INT,HUP "$RUNTIME" --root "$ROOT" "$@" --bundle "$BUNDLE" "$ID"
  wait_until has_begun
}

# interrupted_in KIND COMMAND…: says so at once, and leaves nothing, of the hook neither.
interrupted_in() {
  local name at=''
  case $1 in prestart | createRuntime | poststart) at="hook $1[0] /bin/sh: " ;; esac
  for name in TERM INT HUP; do
    begin_with_hook "$@"
    kill -s "$name" "$background"
    SECONDS=0
    finish_background
    expect_error "$2 $ID: ${at}interrupted by signal $(kill -l "$name")"
    [ "$SECONDS" -lt 5 ] || fail "it took $SECONDS s"
    expect_nothing_left
  done
}

@test "create ended by a signal while a hook runs undoes everything" {
  local kind
  for kind in prestart createRuntime createContainer; do interrupted_in "$kind" create; done
}

@test "run ended by a signal before its program runs undoes everything" {
  local kind
  set_program sleep 1000
  for kind in createRuntime createContainer startContainer poststart; do
    interrupted_in "$kind" run
    interrupted_in "$kind" run --detach
  done
}

@test "a signal that its caller ignores does not end a create" {
  add_shell createRuntime "touch $BATS_TEST_TMPDIR/began; until [ -e $BATS_TEST_TMPDIR/go ]; do sleep 0.05; done"
  in_background env --ignore-signal=HUP,TERM "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
  wait_until test -e "$BATS_TEST_TMPDIR/began"
  kill -s HUP "$background"
  kill -s TERM "$background"
  touch "$BATS_TEST_TMPDIR/go"
  finish_background
  expect_success ''
  expect_equal "$(state_of "$ID" status)" created
}

@test "a hook dies with the runtime" {
  local kind
  for kind in createRuntime createContainer; do
    update_config 'del(.hooks)'
    update_config --arg kind "$kind" --arg began "$BATS_TEST_TMPDIR/began" --arg name "hook-$ID" \
      '.hooks[$kind] = [{path: "/bin/bash", args: ["bash", "-c", "echo >\($began); exec -a \($name) sleep 1000"]}]'
    rm -f "$BATS_TEST_TMPDIR/began"
    runtime_in_background create --bundle "$BUNDLE" "$ID"
    wait_until has_content "$BATS_TEST_TMPDIR/began"
    kill -KILL "$background"
    finish_background 2>/dev/null
    runtime delete --force "$ID"
    expect_nothing_left
  done
}
