#!/usr/bin/env bats
# NOTIFY_SOCKET: what the program says with sd_notify(3) reaches the service manager (B.5; K-58).
load helpers

# A service manager that notes what it is told, as a path unless told otherwise.
setup_manager() {
  needs_tool NOTIFY
  ADDRESS=${1:-$BATS_TEST_TMPDIR/manager}
  NOTED=$BATS_TEST_TMPDIR/noted
  : >"$NOTED"
  cp "$NOTIFY" "$BUNDLE/rootfs/bin/notify"
  "$NOTIFY" receive "$ADDRESS" "$NOTED" 3>&- &
  manager=$!
  wait_until listens
  export NOTIFY_SOCKET=$ADDRESS
}

listens() { grep -q " $ADDRESS\$" /proc/net/unix; }

teardown() {
  [ -z "${manager:-}" ] || kill "$manager"
  unset NOTIFY_SOCKET
  delete_containers
  expect_nothing_left
}

# All that the manager was told, which it may have received and not yet written down.
expect_noted() {
  local attempt
  for attempt in {1..200}; do
    [ "$(<"$NOTED")" != "$1" ] || return 0
    sleep 0.02
  done
  expect_equal "$(<"$NOTED")" "$1" "after $attempt attempts"
}

has_noted() { grep -qxF "$1" "$NOTED"; }
pid_of() { state_of "$ID" pid; }

@test "notify: without the variable there is nothing of it" {
  expect_inside 'echo "${NOTIFY_SOCKET-unset}"; test -e /run/notify || echo nothing' 'unset
nothing'
}

@test "notify: a program in the foreground says all it may, and is not watched in our place (K-58)" {
  setup_manager
  set_script 'notify send "STATUS=warming up" READY=1 "MAINPID=1" "STATUS=done
READY=1
FDSTORE=1" STOPPING=1; exit 5'
  runtime_in_background run --bundle "$BUNDLE" "$ID"
  finish_background
  expect_outcome 5 '' ''
  expect_noted "STATUS=warming up|
READY=1|MAINPID=$background|
STATUS=done|READY=1|MAINPID=$background|
STOPPING=1|"
}

@test "notify: an abstract address" {
  setup_manager "@notify-$ID"
  set_script 'notify send READY=1'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ''
  wait_until grep -qx 'READY=1|MAINPID=[0-9]*|' "$NOTED"
}

@test "notify: whoever the user is, whatever the environment in the config says" {
  setup_manager
  update_config '.process.user = {uid: 12345, gid: 54321} | .process.capabilities = {} |
    .process.env += ["NOTIFY_SOCKET=/elsewhere"] | .root.readonly = true'
  mkdir "$BUNDLE/rootfs/run"
  set_script 'echo "$NOTIFY_SOCKET"; notify send STATUS=me; notify barrier && echo acknowledged'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success '/run/notify/notify.sock
acknowledged'
  expect_noted 'STATUS=me|'
}

@test "notify: the folder holds the socket, and the program can't change it" {
  setup_manager
  set_script 'stat -c "%A %u %g %n" /run/notify/*; touch /run/notify/x
    rm -f /run/notify/notify.sock; grep " /run/notify " /proc/self/mountinfo | cut -d" " -f6,7'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$stdout" 'srwxrwxrwx 0 0 /run/notify/notify.sock
ro,nosuid,nodev,noexec,relatime -'
  expect_equal "$(grep -c 'Read-only file system' <<<"$stderr")" 2
}

@test "notify: what a container with CAP_SYS_ADMIN puts into the folder goes with it" {
  setup_manager
  update_config '.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN"])'
  ln -s busybox "$BUNDLE/rootfs/bin/mkfifo"
  set_script 'cd /run/notify && mount -o remount,bind,rw /run/notify && mkdir -p keep/deeper/deepest beside/empty &&
    echo x >keep/x && echo y >keep/deeper/deepest/.y && mkfifo beside/fifo && ln -s / keep/deeper/root &&
    mount -t tmpfs t beside/empty && touch beside/empty/inside && echo filled'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success filled
  expect_nothing_left
  [ -e "$BUNDLE/rootfs/bin/busybox" ]
}

@test "notify: start returns when the program is ready, and not before (K-58)" {
  setup_manager
  set_script 'notify send STATUS=waiting; until [ -e /tmp/go ]; do sleep 0.02; done
    notify send READY=1; exec sleep 1000'
  create "$ID"
  runtime_in_background start "$ID"
  wait_until has_noted 'STATUS=waiting|'
  expect_equal "$(state_of "$ID" status)" running
  kill -0 "$background"
  # Meanwhile others may act on it.
  try runtime kill "$ID" 0
  expect_success ''
  touch "$BUNDLE/rootfs/tmp/go"
  finish_background
  expect_outcome 0 '' ''
  expect_noted "STATUS=waiting|
READY=1|MAINPID=$(pid_of)|
BARRIER=1 +fd"
  expect_equal "$(state_of "$ID" status)" running
}

@test "notify: start returns when the program ends without having been ready" {
  setup_manager
  set_script 'notify send STATUS=pointless; exit 3'
  create "$ID"
  try runtime start "$ID"
  expect_success ''
  expect_noted 'STATUS=pointless|'
}

@test "notify: a program that is ready and ends at once has been ready" {
  setup_manager
  set_script 'exec notify send READY=1'
  for _ in 1 2 3; do
    : >"$NOTED"
    create "$ID"
    pid=$(pid_of)
    try runtime start "$ID"
    expect_success ''
    expect_noted "READY=1|MAINPID=$pid|
BARRIER=1 +fd"
    wait_until has_status "$ID" stopped
    runtime delete "$ID"
  done
}

@test "notify: start can be given up, and deleted under its hands" {
  setup_manager
  set_program sleep 1000
  create "$ID"
  runtime_in_background start "$ID"
  wait_until has_status "$ID" running
  kill "$background"
  finish_background
  expect_equal "$status $(state_of "$ID" status)" '143 running'
  runtime delete --force "$ID"
  create "$ID"
  runtime_in_background start "$ID"
  wait_until has_status "$ID" running
  runtime delete --force "$ID"
  finish_background
  expect_outcome 0 '' ''
  expect_nothing_left
}

@test "notify: a detached run returns when the program is ready" {
  setup_manager
  set_script 'sleep 0.2; notify send READY=1; exec sleep 1000'
  runtime run --detach --bundle "$BUNDLE" "$ID" >>"$OUTPUT" 2>&1 3>&-
  expect_noted "READY=1|MAINPID=$(pid_of)|
BARRIER=1 +fd"
}

@test "notify: it is the environment of start that says who waits" {
  setup_manager
  set_script 'notify send READY=1; sleep 1000'
  create "$ID"
  try env -u NOTIFY_SOCKET "$RUNTIME" --root "$ROOT" start "$ID"
  expect_success ''
  runtime delete --force "$ID"
  # The program was not told of a socket.
  (unset NOTIFY_SOCKET; create "$ID")
  try runtime start "$ID"
  expect_error "start $ID: NOTIFY_SOCKET: the container was created without one"
  expect_equal "$(state_of "$ID" status)" created
  expect_noted ''
}

@test "notify: what is no address is refused before anything is made" {
  set_program true
  create "$ID"
  for address in notify ./notify @ vsock:2:1 "/$(printf %0107d 0)"; do
    export NOTIFY_SOCKET=$address
    try runtime run --bundle "$BUNDLE" "$ID-2"
    wrong="NOTIFY_SOCKET: \"${address:0:64}\"$([ "${#address}" -le 64 ] || echo ...) is neither a path nor an abstract name"
    expect_error "run $ID-2: $wrong"
    try runtime create --bundle "$BUNDLE" "$ID-2"
    expect_error "create $ID-2: $wrong"
    try runtime start "$ID"
    expect_error "start $ID: $wrong"
  done
  # Empty is none.
  export NOTIFY_SOCKET=
  try runtime start "$ID"
  expect_success ''
}

@test "notify: where nobody listens it is as without the variable, but for a line with --debug" {
  setup_manager
  kill "$manager"
  wait "$manager" || true
  manager=
  set_script 'echo "${NOTIFY_SOCKET-unset}"; exec sleep 1000'
  create "$ID"
  try runtime start "$ID"
  expect_success ''
  runtime delete --force "$ID"
  expect_inside 'echo "${NOTIFY_SOCKET-unset}"' unset
  try runtime --debug run --bundle "$BUNDLE" "$ID"
  [[ $stderr == *"NOTIFY_SOCKET: connect $ADDRESS: Connection refused (ECONNREFUSED)"* ]] || fail "$stderr"
}

@test "notify: a manager that goes away is a warning, once, and no harm to the program" {
  setup_manager
  set_script 'notify send STATUS=one; until [ -e /tmp/go ]; do sleep 0.02; done
    notify send STATUS=two STATUS=three READY=1; sleep 0.2; exit 7'
  runtime_in_background run --bundle "$BUNDLE" "$ID"
  wait_until has_noted 'STATUS=one|'
  kill "$manager"
  wait "$manager" || true
  manager=
  touch "$BUNDLE/rootfs/tmp/go"
  finish_background
  expect_equal "$status $stdout" '7 '
  [[ $stderr =~ ^time=.*\ level=warning\ msg=\"NOTIFY_SOCKET:\ a\ message\ is\ lost:\ Connection\ refused\ \(ECONNREFUSED\)\"$ ]] || fail "$stderr"
}

@test "notify: a folder that can't be there" {
  setup_manager
  mkdir -p "$BUNDLE/rootfs/run"
  touch "$BUNDLE/rootfs/run/notify"
  set_program true
  expect_refusal 'NOTIFY_SOCKET: /run/notify: the destination is not a directory'
  ln -sf /proc/self/fd "$BUNDLE/rootfs/run/notify"
  expect_refusal 'NOTIFY_SOCKET: /run/notify: the destination leads into procfs, where nothing may be mounted over'
  ln -sfn / "$BUNDLE/rootfs/run/notify"
  expect_refusal 'NOTIFY_SOCKET: /run/notify: the destination is a link to the root itself'
}

@test "notify: a detached run that waits for the program to be ready is ended by a signal" {
  setup_manager
  set_program sleep 1000
  runtime_in_background run --detach --bundle "$BUNDLE" "$ID"
  wait_until has_status "$ID" running
  # It takes a moment until the signal is no longer held back.
  sleep 0.2
  kill -s TERM "$background"
  finish_background 2>/dev/null
  expect_outcome 143 '' ''
}
