#!/usr/bin/env bats
# exec with a terminal: a further one of the container's own devpts (K-53).
load helpers

setup_receiver() {
  needs_tool RECEIVE_CONSOLE
  SOCKET=$BATS_TEST_TMPDIR/console
  REPORT=$BATS_TEST_TMPDIR/report
}

receive() {
  rm -f "$SOCKET" "$REPORT"
  "$RECEIVE_CONSOLE" "$SOCKET" "$REPORT" >"$BATS_TEST_TMPDIR/screen" 2>&1 3>&- </dev/null &
  receiver=$!
  wait_until test -S "$SOCKET"
}

start_sleeper() {
  set_program sleep 1000
  runtime run --detach --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-
}

screen() { tr -d '\r' <"$BATS_TEST_TMPDIR/screen"; }

@test "exec terminal: a console socket gets one descriptor, and the program its terminal (K-53)" {
  setup_receiver
  start_sleeper
  receive
  try runtime exec --detach --tty --console-socket "$SOCKET" --pid-file "$BATS_TEST_TMPDIR/pid" "$ID" \
    sh -c 'tty; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo all three; echo through-tty >/dev/tty; stat -c %u $(tty)'
  expect_success ''
  wait "$receiver"
  expect_equal "$(screen)" $'/dev/pts/0\nall three\nthrough-tty\n0'
  expect_equal "$(<"$REPORT")" $'descriptors 1\nbytes 10\ntext /dev/pts/0\nafter it 0'
}

@test "exec terminal: of the user that the program has, in a session of its own" {
  setup_receiver
  start_sleeper
  receive
  # shellcheck disable=SC2016
  runtime exec -dt --console-socket "$SOCKET" -u1000 "$ID" \
    sh -c 'stat -c "%u %a" $(tty); [ $(cut -d" " -f6 /proc/$$/stat) = $$ ] && echo leader; echo $(($(cut -d" " -f7 /proc/$$/stat) >> 8))'
  wait "$receiver"
  expect_equal "$(screen)" $'1000 620\nleader\n136'
}

@test "exec terminal: two of them, and one of the container" {
  setup_receiver
  update_config '.process.terminal = true'
  receive
  set_program sleep 1000
  runtime run --detach --console-socket "$SOCKET" --bundle "$BUNDLE" "$ID" 3>&-
  local first=$receiver
  receive
  runtime exec --detach -t --console-socket "$SOCKET" "$ID" sh -c 'tty; ls /dev/pts'
  wait "$receiver"
  expect_equal "$(screen | xargs)" '/dev/pts/1 0 1 ptmx'
  runtime delete --force "$ID"
  wait "$first"
}

@test "exec terminal: consoleSize of a document" {
  setup_receiver
  start_sleeper
  jq -n '{cwd: "/", args: ["stty", "size"], env: ["PATH=/bin"], terminal: true, consoleSize: {height: 33, width: 77}}' \
    >"$BATS_TEST_TMPDIR/process.json"
  receive
  runtime exec --detach --console-socket "$SOCKET" --process "$BATS_TEST_TMPDIR/process.json" "$ID"
  wait "$receiver"
  expect_equal "$(screen)" '33 77'
}

@test "exec terminal: in the foreground, with its size, its keys and its end" {
  start_sleeper
  printf '#!/bin/bash\nstty rows 20 cols 60; stty -g >%q\n%q --root %q exec -t %q sh -c %q\necho "status $?"\nstty -g >%q\n' \
    "$BATS_TEST_TMPDIR/before" "$RUNTIME" "$ROOT" "$ID" \
    'stty size; trap "stty size" WINCH; echo ready; read line; echo "got $line"; exit 7' \
    "$BATS_TEST_TMPDIR/after" >"$BATS_TEST_TMPDIR/session"
  chmod +x "$BATS_TEST_TMPDIR/session"
  mkfifo "$BATS_TEST_TMPDIR/keys"
  socat "EXEC:$BATS_TEST_TMPDIR/session,pty,setsid,ctty,stderr" - <"$BATS_TEST_TMPDIR/keys" >"$BATS_TEST_TMPDIR/screen" 2>&1 3>&- &
  exec 8>"$BATS_TEST_TMPDIR/keys"
  shows() { screen | grep -q -- "$1"; }
  wait_until shows '^ready'
  shows '^20 60$' || fail "$(screen)"
  printf 'a line\n' >&8
  wait_until shows '^status 7$' || fail "$(screen)"
  shows '^got a line$' || fail "$(screen)"
  exec 8>&-
  wait
  cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}

@test "exec terminal: in the foreground without one of our own (CRI-O's exec sync)" {
  start_sleeper
  try runtime exec --tty "$ID" sh -c 'tty; cat' <<<'some input'
  [ "$status" = 0 ] || fail "$stderr"
  # What is typed in shows as soon as the terminal has it.
  expect_equal "$(tr -d '\r' <<<"$stdout" | sort)" $'/dev/pts/0\nsome input\nsome input'
}

@test "exec terminal: in a user namespace" {
  setup_receiver
  chown -R 100000:100000 "$BUNDLE/rootfs"
  map_ids 0 100000 1000
  start_sleeper
  receive
  runtime exec --detach -t --console-socket "$SOCKET" "$ID" sh -c 'tty; stat -c %u $(tty)'
  wait "$receiver"
  expect_equal "$(screen)" $'/dev/pts/0\n0'
}

@test "exec terminal: what doesn't fit" {
  setup_receiver
  start_sleeper
  try runtime exec --detach --tty "$ID" true
  expect_error "exec $ID: cannot allocate tty if runtime will detach without setting console socket" 255
  receive
  try runtime exec --console-socket "$SOCKET" "$ID" true
  expect_error "exec $ID: --console-socket: the process' terminal is false" 255
  kill "$receiver"
  wait "$receiver" || true
  try runtime exec --tty --console-socket "$SOCKET.no" "$ID" true
  expect_error "exec $ID: --console-socket: connect $SOCKET.no: not found (ENOENT)" 255
}

@test "exec terminal: no devpts, no terminal" {
  update_config '.mounts |= map(select(.destination != "/dev/pts"))'
  start_sleeper
  try runtime exec --tty "$ID" true
  [[ $status == 255 && $stderr == "runtime: exec $ID: /process/terminal: "* ]] || fail "$status $stderr"
  expect_equal "$(processes_of "$ID" | wc -l)" 1
}

# Mounts on the container's /dev/pts/ptmx, as whoever may mount there would, a file whose server answers
# with a descriptor when it is asked for a terminal's other side.
serve_ptmx() {
  cat >"$BATS_TEST_TMPDIR/serve.py" <<'END'
import ctypes, os, struct, sys
pid, answer = sys.argv[1], int(sys.argv[2])
libc = ctypes.CDLL(None, use_errno=True)
requests = os.open("/dev/fuse", os.O_RDWR)
namespace = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY)
options = b"fd=%d,rootmode=100666,user_id=0,group_id=0,allow_other" % requests
if libc.setns(namespace, 0) != 0 or libc.mount(b"f", b"/dev/pts/ptmx", b"fuse", 0, options) != 0:
    sys.exit(os.strerror(ctypes.get_errno()))
print("mounted", flush=True)
GETATTR, OPEN, RELEASE, FLUSH, INIT, IOCTL, TIOCGPTPEER = 3, 14, 18, 25, 26, 39, 0x5441
attributes = struct.pack("<QII6Q10I", 0, 0, 0, 1, *[0] * 8, 0o100666, 1, *[0] * 3, 4096, 0)
answers = {GETATTR: attributes, OPEN: bytes(16), FLUSH: b"", RELEASE: b"",
           INIT: struct.pack("<IIII4xIIHHI28x", 7, 31, 0, 0, 4096, 0, 0, 0, 0)}
while True:
    request = os.read(requests, 1 << 17)
    operation, unique = struct.unpack_from("<IQ", request, 4)
    body, error = answers.get(operation, b""), 0 if operation in answers else -38
    if operation == IOCTL:
        command, = struct.unpack_from("<I", request, 52)
        body, error = struct.pack("<i12x", answer if command == TIOCGPTPEER else 0), 0
    os.write(requests, struct.pack("<IiQ", 16 + len(body), error, unique) + body)
END
  python3 "$BATS_TEST_TMPDIR/serve.py" "$@" >"$BATS_TEST_TMPDIR/served" 2>&1 3>&- </dev/null &
  server=$!
  wait_until has_content "$BATS_TEST_TMPDIR/served"
  [ "$(<"$BATS_TEST_TMPDIR/served")" = mounted ] || skip "no FUSE: $(<"$BATS_TEST_TMPDIR/served")"
}

@test "exec terminal: nothing that the container has mounted on ptmx chooses what is chowned" {
  start_sleeper
  local victim=$BATS_TEST_TMPDIR/victim refused
  refused="exec $ID: /process/terminal: something is mounted on the container's /dev/pts/ptmx"
  touch "$victim"
  # Descriptor 2 is the caller's standard error.
  serve_ptmx "$(state_of "$ID" pid)" 2
  : >"$BATS_TEST_TMPDIR/said"
  status=0
  runtime --log "$BATS_TEST_TMPDIR/said" exec --tty --user 1000 "$ID" true >/dev/null 2>"$victim" 3>&- || status=$?
  kill "$server"
  wait "$server" || true
  expect_equal "$(stat -c %u "$victim")" 0 'owner of the file'
  expect_equal "$status" 255
  grep -qF "$refused" "$BATS_TEST_TMPDIR/said" || fail "$(<"$BATS_TEST_TMPDIR/said")"
}

@test "exec terminal: no other device on ptmx is asked" {
  start_sleeper
  nsenter -t "$(state_of "$ID" pid)" -m -- /bin/busybox mount --bind /dev/null /dev/pts/ptmx
  try runtime exec --tty --user 1000 "$ID" true
  expect_error "exec $ID: /process/terminal: something is mounted on the container's /dev/pts/ptmx" 255
  expect_equal "$(stat -c %u /dev/null)" 0
}
