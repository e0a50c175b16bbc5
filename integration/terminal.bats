#!/usr/bin/env bats
# A terminal in the foreground: `run` stands between its own and the container's (B-21, B-22).
# How it is handed to an engine is in console_socket.bats.
load helpers

# `run` on a terminal that socat made: what is written to descriptor 8 is typed in, what it shows
# is in $SCREEN; of another $size if need be. More words come after the runtime's own.
open_terminal() {
  SCREEN=$BATS_TEST_TMPDIR/screen
  mkfifo "$BATS_TEST_TMPDIR/keys"
  printf '#!/bin/bash\nstty %s; stty -g >%q\n%q --root %q run --bundle %q %q\necho "status $?"\nstty -g >%q\n' \
    "${size:-rows 20 cols 60}" "$BATS_TEST_TMPDIR/before" "$RUNTIME" "$ROOT" "$BUNDLE" "$ID" "$BATS_TEST_TMPDIR/after" >"$BATS_TEST_TMPDIR/session"
  chmod +x "$BATS_TEST_TMPDIR/session"
  socat "EXEC:$BATS_TEST_TMPDIR/session,pty,setsid,ctty,stderr" - <"$BATS_TEST_TMPDIR/keys" >"$SCREEN" 2>&1 3>&- &
  terminal=$!
  exec 8>"$BATS_TEST_TMPDIR/keys"
}

type_in() { printf '%s' "$1" >&8; }
shows() { tr -d '\r' <"$SCREEN" | grep -q -- "$1"; }

# The session is over, with this status of the runtime, and the terminal as it was.
expect_end() {
  wait_until shows '^status' || fail "$(<"$SCREEN")"
  wait_until has_content "$BATS_TEST_TMPDIR/after"
  exec 8>&-
  wait "$terminal" || true
  shows "^status $1\$" || fail "$(<"$SCREEN")"
  cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
  expect_nothing_left
}

# The process of the runtime that attends the container.
supervisor() { pgrep -f "^$RUNTIME --root $ROOT run"; }

use_terminal() { update_config '.process.terminal = true'; }

@test "terminal: an interactive shell" {
  use_terminal
  update_config '.process.env += ["PS1=ready> "]'
  set_program sh -i
  open_terminal
  wait_until shows 'ready>'
  type_in $'tty; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo all three\n'
  wait_until shows '^all three$'
  shows '^/dev/pts/0$'
  type_in $'echo to-tty >/dev/tty; echo to-console >/dev/console; stat -c "%t %T" /dev/console\n'
  wait_until shows '^to-tty$'
  wait_until shows '^to-console$'
  # Major 136 is a pty's.
  wait_until shows '^88 0$'
  # Nothing is missing for job control.
  if shows "can't access tty"; then fail "$(<"$SCREEN")"; fi
  type_in $'exit 7\n'
  expect_end 7
}

@test "terminal: its size is ours, from the beginning and when it changes" {
  use_terminal
  update_config '.process.consoleSize = {height: 5, width: 6}'
  set_script 'trap "stty size" WINCH; stty size; echo ready; while :; do sleep 0.1; done'
  open_terminal
  wait_until shows ready
  shows '^20 60$' || fail "$(<"$SCREEN")"
  # Of the terminal that socat made, seen from the other side.
  stty -F "/proc/$(supervisor)/fd/0" rows 33 cols 77
  wait_until shows '^33 77$'
  runtime kill "$ID" KILL
  expect_end 137
}

runs_inside() { processes_of "$ID" | sed 's,.*,/proc/&/comm,' | xargs grep -qs "^$1"; }
runs_no_more() { ! runs_inside "$1"; }

@test "terminal: one without a size leaves the config's" {
  use_terminal
  update_config '.process.consoleSize = {height: 5, width: 6}'
  set_program stty size
  size='rows 0 cols 0'
  open_terminal
  wait_until shows '^5 6$' || fail "$(<"$SCREEN")"
  expect_end 0
}

@test "terminal: Ctrl-C and Ctrl-Z are the container's" {
  use_terminal
  update_config '.process.env += ["PS1=ready> "]'
  set_program sh -i
  open_terminal
  wait_until shows 'ready>'
  type_in $'sleep 1000\n'
  wait_until runs_inside sleep
  type_in $'\003'
  type_in $'echo still here $((1 + 1))\n'
  wait_until shows '^still here 2$'
  if runs_inside sleep; then fail 'Ctrl-C did not end it'; fi
  type_in $'sleep 1001\n'
  wait_until runs_inside sleep
  type_in $'\032'
  wait_until shows 'Stopped'
  expect_equal "$(state_of "$ID" status)" running
  # Back in front, where Ctrl-C ends it.
  type_in $'fg\n'
  wait_until shows '^sleep 1001$'
  type_in $'\003'
  wait_until runs_no_more sleep
  type_in $'exit 3\n'
  expect_end 3
}

@test "terminal: keys pass through unchanged" {
  use_terminal
  # All bytes but those a terminal in raw mode still minds: none.
  set_script 'stty raw -echo; echo ready; dd bs=1 count=255 2>/dev/null | md5sum'
  open_terminal
  wait_until shows ready
  bytes=$(for ((byte = 1; byte < 256; ++byte)); do printf '\\x%02x' "$byte"; done)
  printf '%b' "$bytes" >&8
  wait_until shows "$(printf '%b' "$bytes" | md5sum)"
  expect_end 0
}

@test "terminal: all that the program wrote arrives, though it ends at once" {
  use_terminal
  set_script 'seq 1 30000; echo the end'
  open_terminal
  wait_until shows '^status 0$'
  exec 8>&-
  wait "$terminal" || true
  expect_equal "$(tr -d '\r' <"$SCREEN")" "$(seq 1 30000; echo the end; echo status 0)"
}

@test "terminal: with standard streams that are none" {
  use_terminal
  update_config '.process.consoleSize = {height: 12, width: 34}'
  set_script 'tty; stty size; exit 4'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 4 $'/dev/pts/0\r\n12 34\r' ''
  expect_nothing_left
}

@test "terminal: input from a pipe, to its end" {
  use_terminal
  set_script 'stty -echo; echo ready; cat >/tmp/copy; echo done'
  seq 1 20000 >"$BATS_TEST_TMPDIR/input"
  # Not before the echo is off.
  mkfifo "$BATS_TEST_TMPDIR/keys"
  # Both ends at first, or opening one would wait for the other.
  exec 8<>"$BATS_TEST_TMPDIR/keys"
  runtime_in_background run --bundle "$BUNDLE" "$ID" <"$BATS_TEST_TMPDIR/keys" 8>&-
  exec 8>"$BATS_TEST_TMPDIR/keys"
  wait_until grep -q ready "$BATS_TEST_TMPDIR/stdout"
  cat "$BATS_TEST_TMPDIR/input" >&8
  exec 8>&-
  finish_background
  expect_success $'ready\r\ndone\r'
  cmp "$BATS_TEST_TMPDIR/input" "$BUNDLE/rootfs/tmp/copy"
}

# Runs python's standard input; the words of a `run` are its arguments.
session() { timeout 30 python3 - "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"; }

@test "terminal: output that is taken slowly, and doesn't block" {
  use_terminal
  set_script 'seq 1 30000; echo the end'
  try session <<'END'
import os, subprocess, sys, time
reader, writer = os.pipe()
os.set_blocking(writer, False)
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=writer)
os.close(writer)
time.sleep(0.5)
said = b""
while part := os.read(reader, 65536):
    said += part
    time.sleep(0.001)
print(child.wait(), len(said.split()), said.split()[-2:] == [b"the", b"end"])
END
  expect_success '0 30002 True'
  expect_nothing_left
}

@test "terminal: output that nobody takes is no reason not to end" {
  use_terminal
  set_script 'trap "exit 5" TERM; yes & wait'
  try session <<'END'
import os, select, signal, subprocess, sys, time
reader, writer = os.pipe()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=writer)
while select.select([], [writer], [], 0)[1]:
    time.sleep(0.1)
time.sleep(0.3)
with open(f"/proc/{child.pid}/stat") as stat:
    used = sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13]))
# It is passed on, and when the program has ended it is for us.
child.send_signal(signal.SIGTERM)
time.sleep(1)
with open(f"/proc/{child.pid}/stat") as stat:
    used -= sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:13]))
child.send_signal(signal.SIGTERM)
print(child.wait(), "busy" if -used > 50 else "idle")
END
  expect_success '5 idle'
  expect_nothing_left
}

@test "terminal: a job in the background stops until it has the terminal" {
  use_terminal
  set_script 'read -r line; echo "got $line"'
  try session <<'END'
import os, pty, signal, sys, termios, time
pid, master = pty.fork()
if pid == 0:
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execv(sys.argv[1], sys.argv[1:])
    stopped = os.waitpid(job, os.WUNTRACED)[1]
    cooked = termios.tcgetattr(0)[3] & termios.ICANON != 0
    print("stopped", os.WIFSTOPPED(stopped) and os.WSTOPSIG(stopped) == signal.SIGTTOU, "cooked", cooked, flush=True)
    os.tcsetpgrp(0, job)
    os.kill(job, signal.SIGCONT)
    ended = os.waitpid(job, 0)[1]
    os.tcsetpgrp(0, os.getpgrp())
    print("ended", os.waitstatus_to_exitcode(ended), "cooked", termios.tcgetattr(0)[3] & termios.ICANON != 0, flush=True)
    os._exit(0)
said = b""
def until(word):
    global said
    while word not in said:
        said += os.read(master, 4096)
until(b"stopped")
time.sleep(0.5)
os.write(master, b"words\r")
until(b"ended")
time.sleep(0.1)
said += os.read(master, 4096) if b"\n" not in said.split(b"ended")[1] else b""
print([line for line in said.decode().split("\r\n") if line.startswith(("stopped", "got", "ended"))])
END
  expect_success "['stopped True cooked True', 'got words', 'ended 0 cooked True']"
  expect_nothing_left
}

@test "terminal: standard error and output are one" {
  use_terminal
  set_script 'echo out; echo err >&2'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success $'out\r\nerr\r'
}

@test "terminal: a program that closes it and opens it again, as a whole system does" {
  use_terminal
  set_script 'exec 0<&- 1>&- 2>&-; sleep 0.5; exec <>/dev/console >&0; echo back; read -r line; echo "got $line"'
  mkfifo "$BATS_TEST_TMPDIR/keys"
  exec 8<>"$BATS_TEST_TMPDIR/keys"
  runtime_in_background run --bundle "$BUNDLE" "$ID" <"$BATS_TEST_TMPDIR/keys" 8>&-
  wait_until grep -q back "$BATS_TEST_TMPDIR/stdout"
  echo words >&8
  finish_background
  expect_success $'back\r\nwords\r\ngot words\r'
}

@test "terminal: a program that can't be run" {
  use_terminal
  set_program nowhere
  open_terminal
  wait_until shows 'executable file not found in $PATH'
  expect_end 127
}

@test "terminal: one that hangs up is the end of input for the program" {
  use_terminal
  update_config '.process.env += ["PS1=ready> "]'
  set_program sh -i
  open_terminal
  wait_until shows 'ready>'
  attending=$(supervisor)
  kill -KILL "$terminal"
  wait "$terminal" 2>/dev/null || true
  wait_until has_ended "$attending"
  expect_nothing_left
}
