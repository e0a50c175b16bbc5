#!/usr/bin/env bats
# Sockets behind which somebody is slow or dead (R-18 of security.md): there is a deadline, and it is said.
# Receivers that go away, or never were there, are in console_socket.bats, pidfd_socket.bats,
# seccomp_notify.bats and notify.bats; systemd's in systemd.bats.
load ../helpers
load ../seccomp

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  unset NOTIFY_SOCKET
  [ -z "${receiver:-}" ] || kill -KILL "$receiver"
  [ -z "${agent:-}" ] || kill -KILL "$agent"
  delete_containers
  expect_nothing_left
}

# A receiver that stands still: the kernel takes connections for it until its queue is full.
start_slow_receiver() {
  needs_tool RECEIVE_CONSOLE
  SOCKET=$BATS_TEST_TMPDIR/console-$ID
  "$RECEIVE_CONSOLE" "$SOCKET" "$BATS_TEST_TMPDIR/report" 3>&- &
  receiver=$!
  wait_until test -S "$SOCKET"
  stop_process "$receiver"
}

# expect_deadline NAME ERROR WORDS…: of some creates in a row the first succeed, and one is refused.
expect_deadline() {
  local number created=0 name=$1 error=$2
  shift 2
  for number in {1..4}; do
    try timeout 30 "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$@" "$ID-$number"
    [ "$status" = 0 ] || break
    created=$((created + 1))
  done
  expect_error "create $ID-$number: $name: $error"
  [ "$created" -gt 0 ]
  [ ! -e "$ROOT/$ID-$number" ]
}

@test "R-18: a console socket whose receiver stands still" {
  start_slow_receiver
  update_config '.process.terminal = true'
  expect_deadline --console-socket "connect $SOCKET: not accepted within 5 s" --console-socket "$SOCKET"
}

@test "R-18: a pidfd socket whose receiver stands still" {
  start_slow_receiver
  expect_deadline --pidfd-socket "connect $SOCKET: not accepted within 5 s" --pidfd-socket "$SOCKET"
}

@test "R-18: a seccomp agent that stands still" {
  AGENT=$BATS_TEST_TMPDIR/agent-$ID
  start_agent
  notify_of mkdir
  wait_until test -S "$AGENT"
  stop_process "$agent"
  expect_deadline 'config.json: /linux/seccomp/listenerPath' "connect $AGENT: not accepted within 5 s"
}

@test "R-18: a service manager that stands still" {
  needs_tool NOTIFY
  cp "$NOTIFY" "$BUNDLE/rootfs/bin/notify"
  export NOTIFY_SOCKET=$BATS_TEST_TMPDIR/manager
  "$NOTIFY" receive "$NOTIFY_SOCKET" "$BATS_TEST_TMPDIR/noted" 3>&- &
  receiver=$!
  wait_until test -S "$NOTIFY_SOCKET"
  stop_process "$receiver"
  set_script 'for i in $(seq 20); do notify send STATUS=$i; done; notify send READY=1; exec sleep 1000'
  create "$ID"
  try timeout 60 "$RUNTIME" --root "$ROOT" --debug start "$ID"
  expect_equal "$status" 0
  [[ $stderr = *'level=warning msg="NOTIFY_SOCKET: a message is lost: '* ]] || fail "$stderr"
  expect_equal "$(state_of "$ID" status)" running
}

@test "R-18: sockets that are none" {
  touch "$BATS_TEST_TMPDIR/file"
  mkfifo "$BATS_TEST_TMPDIR/fifo"
  for path in "$BATS_TEST_TMPDIR/file" "$BATS_TEST_TMPDIR/fifo"; do
    update_config '.process.terminal = true'
    try timeout 30 "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" --console-socket "$path" "$ID"
    expect_error "create $ID: --console-socket: connect $path: Connection refused (ECONNREFUSED)"
    update_config '.process.terminal = false'
    try timeout 30 "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" --pidfd-socket "$path" "$ID"
    expect_error "create $ID: --pidfd-socket: connect $path: Connection refused (ECONNREFUSED)"
    NOTIFY_SOCKET=$path try timeout 30 "$RUNTIME" --root "$ROOT" --debug run --bundle "$BUNDLE" "$ID"
    [[ $status = 0 && $stderr = *"NOTIFY_SOCKET: connect $path: Connection refused (ECONNREFUSED)"* ]] || fail "$stderr"
  done
}
