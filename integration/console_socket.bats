#!/usr/bin/env bats
# --console-socket: the terminal's master is handed to the engine (B.6 of the feature inventory;
# K-53).
load helpers

setup_terminal() {
  needs_tool RECEIVE_CONSOLE
  SOCKET=$BATS_TEST_TMPDIR/console
  REPORT=$BATS_TEST_TMPDIR/report
  update_config '.process.terminal = true'
}

# The receiver in the background: it reads the fifo $INPUT and appends to $SCREEN. Options in front.
receive() {
  INPUT=$BATS_TEST_TMPDIR/input
  SCREEN=$BATS_TEST_TMPDIR/screen
  mkfifo "$INPUT"
  "$RECEIVE_CONSOLE" "$@" "$SOCKET" "$REPORT" <"$INPUT" >"$SCREEN" 2>&1 3>&- &
  receiver=$!
  exec 8>"$INPUT"
  wait_until test -S "$SOCKET"
}

type_in() { printf '%s' "$1" >&8; }
shows() { grep -q -- "$1" "$SCREEN"; }

@test "console socket: one message, one descriptor, the terminal's name (K-53)" {
  setup_terminal
  set_program sleep 1000
  receive
  create --console-socket "$SOCKET" "$ID"
  wait_until has_content "$REPORT"
  expect_equal "$(<"$REPORT")" 'descriptors 1
bytes 10
text /dev/pts/0
after it 0'
}

@test "console socket: the program has the terminal" {
  setup_terminal
  set_script 'tty; test -c /dev/console && echo console is there; stty size; echo via tty >/dev/tty
    echo out; echo err >&2; read -r line; echo "got $line"; exit 0'
  update_config '.process.consoleSize = {height: 12, width: 34}'
  receive
  create --console-socket "$SOCKET" "$ID"
  runtime start "$ID"
  wait_until shows err
  type_in $'words\r'
  wait "$receiver"
  expect_equal "$(tr -d '\r' <"$SCREEN")" '/dev/pts/0
console is there
12 34
via tty
out
err
words
got words'
  # Nothing of it goes where the caller's standard streams lead.
  expect_equal "$(<"$OUTPUT")" ''
}

@test "console socket: the caller sees the end of its pipes when create returns (K-05)" {
  setup_terminal
  set_program sleep 1000
  receive
  # Would wait for the container if that held the pipe.
  output=$(timeout 20 "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" --console-socket "$SOCKET" "$ID" 2>&1 </dev/null)
  expect_equal "$output" ''
  expect_equal "$(state_of "$ID" status)" created
}

@test "console socket: a path longer than a socket's address, by its folder or its name" {
  setup_terminal
  set_program tty
  local long path
  long=$(printf 'x%.0s' {1..120})
  mkdir "$BATS_TEST_TMPDIR/$long"
  for path in "$long/console" "$long.socket"; do
    SOCKET=$BATS_TEST_TMPDIR/$path
    receive
    create --console-socket "$SOCKET" "$ID"
    runtime start "$ID"
    wait "$receiver"
    exec 8>&-
    expect_equal "$(<"$SCREEN")" $'/dev/pts/0\r'
    runtime delete --force "$ID"
    rm "$INPUT"
  done
}

@test "console socket: a relative path" {
  setup_terminal
  set_program tty
  receive
  cd "$BATS_TEST_TMPDIR"
  create --console-socket console "$ID"
  runtime start "$ID"
  wait "$receiver"
  expect_equal "$(<"$SCREEN")" $'/dev/pts/0\r'
}

@test "console socket: run --detach" {
  setup_terminal
  set_script 'echo hello; exec sleep 1000'
  receive
  try runtime run --detach --bundle "$BUNDLE" --console-socket "$SOCKET" "$ID"
  expect_success ''
  wait_until shows hello
  expect_equal "$(state_of "$ID" status)" running
}

@test "console socket: the terminal belongs to the container's user" {
  setup_terminal
  update_config '.process.user = {uid: 1000, gid: 1000}'
  set_script 'stat -c "%u %g %a" $(tty); stat -L -c %u /dev/console; echo again >/dev/tty; : >/dev/stdout'
  receive
  create --console-socket "$SOCKET" "$ID"
  runtime start "$ID"
  wait "$receiver"
  expect_equal "$(tr -d '\r' <"$SCREEN")" $'1000 5 620\n1000\nagain'
}

has_sockets() { [ "$(find "/proc/$2/fd" -lname 'socket:*' | wc -l)" = "$1" ]; }

@test "console socket: nothing of it is left in the container" {
  setup_terminal
  set_script '(ls -l /proc/1/fd >/tmp/fds); ls /dev/pts >/tmp/pts; exit 0'
  receive
  create --console-socket "$SOCKET" "$ID"
  pid=$(state_of "$ID" pid)
  # The one where it waits for start, as soon as it does.
  wait_until has_sockets 1 "$pid"
  runtime start "$ID"
  wait "$receiver"
  expect_equal "$(fds_inside)" '0 /dev/pts/0 1 /dev/pts/0 2 /dev/pts/0'
  expect_equal "$(<"$BUNDLE/rootfs/tmp/pts")" $'0\nptmx'
}

@test "console socket: a receiver that goes away" {
  setup_terminal
  receive -
  try runtime create --bundle "$BUNDLE" --console-socket "$SOCKET" "$ID"
  expect_error "create $ID: --console-socket: the receiver closed the connection"
  expect_nothing_left
}

@test "console socket: nobody there" {
  setup_terminal
  folder=$BATS_TEST_TMPDIR
  touch "$folder/file"
  try runtime create --bundle "$BUNDLE" --console-socket "$folder/nowhere" "$ID"
  expect_error "create $ID: --console-socket: connect $folder/nowhere: not found (ENOENT)"
  try runtime create --bundle "$BUNDLE" --console-socket "$folder/file" "$ID"
  expect_error "create $ID: --console-socket: connect $folder/file: Connection refused (ECONNREFUSED)"
  try runtime create --bundle "$BUNDLE" --console-socket "$folder/nowhere/socket" "$ID"
  expect_error "create $ID: --console-socket: open $folder/nowhere/: not found (ENOENT)"
  try runtime create --bundle "$BUNDLE" --console-socket "$folder/" "$ID"
  expect_error "create $ID: --console-socket: $folder/: a file name is missing"
  # One that was left behind.
  receive -
  "$RECEIVE_CONSOLE" "$folder/left" /dev/null 3>&- &
  wait_until test -S "$folder/left"
  kill $!
  wait $! || true
  try runtime create --bundle "$BUNDLE" --console-socket "$folder/left" "$ID"
  expect_error "create $ID: --console-socket: connect $folder/left: Connection refused (ECONNREFUSED)"
  kill "$receiver"
  expect_nothing_left
}

@test "console socket: needs a terminal, and a terminal that nobody holds needs it" {
  try runtime create --bundle "$BUNDLE" --console-socket "$BATS_TEST_TMPDIR/nowhere" "$ID"
  expect_error "create $ID: --console-socket: config.json: /process/terminal is false"
  update_config '.process.terminal = true'
  for command in create 'run --detach'; do
    # shellcheck disable=SC2086 # words
    try runtime $command --bundle "$BUNDLE" "$ID"
    expect_error "${command%% *} $ID: cannot allocate tty if runtime will detach without setting console socket"
  done
  expect_nothing_left
}
