#!/usr/bin/env bats
# Signals to a foreground `run` at random moments (R-17 of security.md): they reach the program, or end a run
# that has not come so far, and nothing is left.
#
# SIGNAL_ROUNDS moments for each signal, the same ones each time, others with another SIGNAL_SEED.
load ../helpers

RANDOM=${SIGNAL_SEED:-1}

# Not as process 1, which the kernel protects from signals that it has no handler for.
begin_run() {
  runtime_in_background run --bundle "$BUNDLE" "$ID"
  sleep "0.0$((RANDOM % 7))$((RANDOM % 10))"
}

setup_program() {
  update_config 'del(.linux.namespaces[] | select(.type == "pid"))'
  set_program sleep 1000
}

# Sends it until the run is over, as one who waits would.
insist() {
  local attempt
  for attempt in {1..200}; do
    kill -s "$1" "$background" 2>/dev/null || return 0
    sleep 0.05
  done
  fail "SIG$1 had no effect, $attempt times"
}

# By the signal, or before there was a program to forward it to.
expect_end_by() {
  finish_background 2>/dev/null
  [[ $status = $((128 + $1)) && $stdout$stderr = '' ]] && return
  [[ $status = 1 && $stdout = '' && $stderr = "runtime: run $ID: container init was killed by signal $1" ]] && return
  [[ $status = 1 && $stdout = '' && $stderr = "runtime: run $ID: interrupted by signal $1" ]] && return
  fail "status $status, output $stdout, error $stderr"
}

end_by() {
  local round
  setup_program
  for ((round = 0; round < ${SIGNAL_ROUNDS:-12}; ++round)); do
    begin_run
    insist "$1"
    expect_end_by "$2"
    expect_nothing_left
  done
}

@test "R-17: SIGTERM" { end_by TERM 15; }
@test "R-17: SIGINT" { end_by INT 2; }
@test "R-17: SIGHUP" { end_by HUP 1; }
@test "R-17: SIGKILL ends the run, and delete --force the container" {
  setup_program
  local round
  for ((round = 0; round < ${SIGNAL_ROUNDS:-12}; ++round)); do
    begin_run
    kill -KILL "$background"
    finish_background 2>/dev/null
    expect_equal "$status" 137
    try runtime delete --force "$ID"
    expect_success ''
    expect_nothing_left
  done
}

# It says that nobody reads what the runtime writes, and is not for the program.
@test "R-17: SIGPIPE" {
  local round
  set_script 'sleep 0.2; exit 3'
  for ((round = 0; round < ${SIGNAL_ROUNDS:-12}; ++round)); do
    begin_run
    # The runtime's from when it reads signals.
    wait_until test -d "$ROOT/$ID"
    kill -PIPE "$background"
    finish_background
    expect_outcome 3 '' ''
  done
}

has_noted() { [ "$(grep -cx "$1" "$BATS_TEST_TMPDIR/stdout")" -ge "$2" ]; }

# Who is in the foreground of a terminal gets them from it. By default they do nothing to a program that leads
# a session of its own.
@test "R-17: SIGTSTP and SIGCONT are the program's, and stop no runtime" {
  local round
  set_script 'trap "echo TSTP" TSTP; trap "echo CONT" CONT; trap "exit 4" TERM; echo ready; sleep 1000 & while :; do wait; done'
  runtime_in_background run --bundle "$BUNDLE" "$ID"
  wait_until has_noted ready 1
  for ((round = 1; round <= ${SIGNAL_ROUNDS:-12}; ++round)); do
    kill -TSTP "$background"
    wait_until has_noted TSTP "$round"
    grep -q '^State:	S' "/proc/$background/status"
    kill -CONT "$background"
    wait_until has_noted CONT "$round"
  done
  kill -TERM "$background"
  finish_background
  expect_equal "$status $stderr" '4 '
}
