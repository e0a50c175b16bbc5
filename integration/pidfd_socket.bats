#!/usr/bin/env bats
# --pidfd-socket: a descriptor of init's process, for who would rather not trust a number.
load helpers

setup_receiver() {
  needs_tool RECEIVE_CONSOLE
  SOCKET=$BATS_TEST_TMPDIR/pidfd
  REPORT=$BATS_TEST_TMPDIR/report
  set_program sleep 1000
}

# The receiver in the background, which keeps what it was sent. Options in front.
receive() {
  rm -f "$SOCKET" "$REPORT"
  "$RECEIVE_CONSOLE" "$@" "$SOCKET" "$REPORT" >/dev/null 2>&1 3>&- &
  receiver=$!
  wait_until test -S "$SOCKET"
}

@test "pidfd socket: one message, one descriptor, of init" {
  setup_receiver
  for command in create 'run --detach'; do
    receive
    # shellcheck disable=SC2086 # words
    runtime $command --bundle "$BUNDLE" --pidfd-socket "$SOCKET" "$ID" >/dev/null 3>&-
    wait_until has_content "$REPORT"
    expect_equal "$(<"$REPORT")" $'descriptors 1\nbytes 8\ntext standard\nafter it 0'
    expect_equal "$(cat "/proc/$receiver/fdinfo"/* | sed -n 's/^Pid:\t//p')" "$(state_of "$ID" pid)"
    runtime delete --force "$ID"
    # Its descriptor says that the process has ended, and so it ends, too.
    wait "$receiver"
  done
}

@test "pidfd socket: of a process of exec, with runc's word for those" {
  setup_receiver
  create "$ID"
  runtime start "$ID"
  receive
  runtime exec --detach --pid-file "$BATS_TEST_TMPDIR/pid" --pidfd-socket "$SOCKET" "$ID" sleep 1000 >/dev/null 3>&-
  wait_until has_content "$REPORT"
  expect_equal "$(<"$REPORT")" $'descriptors 1\nbytes 5\ntext setns\nafter it 0'
  expect_equal "$(cat "/proc/$receiver/fdinfo"/* | sed -n 's/^Pid:\t//p')" "$(<"$BATS_TEST_TMPDIR/pid")"
  runtime delete --force "$ID"
  wait "$receiver"
}

@test "pidfd socket: the container has nothing of it" {
  setup_receiver
  receive
  set_fd_lister
  runtime run --bundle "$BUNDLE" --pidfd-socket "$SOCKET" "$ID" </dev/null >/dev/null 2>&1 3>&-
  expect_equal "$(fds_inside)" '0 /dev/null 1 /dev/null 2 /dev/null'
  wait "$receiver"
}

@test "pidfd socket: nobody there, before anything is made" {
  folder=$BATS_TEST_TMPDIR
  for command in create run; do
    try runtime "$command" --bundle "$BUNDLE" --pidfd-socket "$folder/nowhere" "$ID"
    expect_error "$command $ID: --pidfd-socket: connect $folder/nowhere: not found (ENOENT)"
    try runtime "$command" --bundle "$BUNDLE" --pidfd-socket "$folder/" "$ID"
    expect_error "$command $ID: --pidfd-socket: $folder/: a file name is missing"
  done
  expect_nothing_left
}

@test "pidfd socket: a receiver that goes away" {
  setup_receiver
  receive -
  try runtime create --bundle "$BUNDLE" --pidfd-socket "$SOCKET" "$ID"
  expect_error "create $ID: --pidfd-socket: the receiver closed the connection"
  expect_nothing_left
}
