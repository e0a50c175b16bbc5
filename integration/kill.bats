#!/usr/bin/env bats
# kill: which signal, and to whom (runtime.md#kill; B-08…B-11). What it says when there is nobody is
# in contract/errors.bats.
load helpers

# A container whose init writes down the number of every signal it gets, a line each.
start_listener() {
  set_script '
    for signal in 1 2 3 6 10 12 15 17 28 29 34 37 63 64; do trap "echo $signal" $signal; done
    echo ready
    sleep 1000 & while :; do wait; done'
  create "$ID"
  runtime start "$ID"
  wait_until has_line ready
}

has_line() { grep -qx "$1" "$OUTPUT"; }

# expect_signal WORD NUMBER
expect_signal() {
  : >"$OUTPUT"
  try runtime kill "$ID" "$1"
  expect_success ''
  wait_until has_line "$2"
}

@test "kill: names and numbers of signals" {
  start_listener
  # Without a word: TERM.
  : >"$OUTPUT"
  runtime kill "$ID"
  wait_until has_line 15
  while read -r word number; do
    expect_signal "$word" "$number"
  done <<'EOF'
TERM 15
SIGTERM 15
sigterm 15
SigTerm 15
term 15
15 15
HUP 1
INT 2
USR1 10
USR2 12
WINCH 28
IOT 6
CLD 17
IO 29
SIGIO 29
RTMIN 34
SIGRTMIN 34
RTMIN+3 37
SIGRTMIN+3 37
sigrtmin+3 37
RTMAX 64
RTMAX-1 63
64 64
EOF
}

@test "kill: signal 0 only asks whether it is there" {
  start_listener
  try runtime kill "$ID" 0
  expect_success ''
  expect_equal "$(state_of "$ID" status)" running
  expect_equal "$(<"$OUTPUT")" ready
}

@test "kill: what is no signal is an error, and nothing is sent" {
  start_listener
  for word in X FOO 65 4294967311 SIG SIGSIGTERM SIG15 15x ' 15' 0x0f RTMIN-1 RTMIN+31 RTMIN+ RTMAX+1 ''; do
    try runtime kill "$ID" "$word"
    expect_error "kill $ID: unknown signal \"$word\""
  done
  try runtime kill "$ID" -9
  expect_error 'kill: unknown option "-9" (see runtime --help)'
  try runtime kill -- "$ID" -9
  expect_error "kill $ID: unknown signal \"-9\""
  try runtime kill "$ID" $'T\nERM'
  expect_error "kill $ID: unknown signal \"T\\x0aERM\""
  expect_equal "$(state_of "$ID" status)" running
  expect_equal "$(<"$OUTPUT")" ready
}

@test "kill: a created container can be killed" {
  create "$ID"
  # Process 1 of a pid namespace heeds no signal that it has no handler for, but KILL.
  try runtime kill "$ID" TERM
  expect_success ''
  expect_equal "$(state_of "$ID" status)" created
  try runtime kill "$ID" KILL
  expect_success ''
  wait_until has_status "$ID" stopped
}

@test "kill: KILL ends every process of the container, in a shared pid namespace too" {
  update_config 'del(.linux.namespaces[] | select(.type == "pid"))'
  set_script 'setsid sleep 1000 & sleep 1000 & exec sleep 1000'
  create "$ID"
  runtime start "$ID"
  wait_until has_processes 3
  try runtime kill "$ID" KILL
  expect_success ''
  wait_until has_processes 0
  wait_until has_status "$ID" stopped
}

@test "kill: one signal goes to init, with --all to every process" {
  set_script '
    trap "echo init" USR1
    sh -c "trap \"echo other\" USR1; echo ready; while :; do sleep 1000 & wait \$!; done" &
    while :; do wait; done'
  create "$ID"
  runtime start "$ID"
  wait_until has_line ready
  : >"$OUTPUT"
  try runtime kill "$ID" USR1
  expect_success ''
  wait_until has_line init
  if has_line other; then fail 'the other got it, too'; fi
  : >"$OUTPUT"
  try runtime kill --all "$ID" USR1
  expect_success ''
  wait_until has_line init
  wait_until has_line other
}

@test "kill --all: reaches those that outlived init" {
  update_config 'del(.linux.namespaces[] | select(.type == "pid"))'
  set_script 'setsid sleep 1000 & exit 0'
  create "$ID"
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  has_processes 1
  try runtime kill --all "$ID" 9
  expect_success ''
  wait_until has_processes 0
}

@test "kill --all: no error when nobody is left (B-11)" {
  create "$ID"
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  for option in --all -a; do
    try runtime kill "$option" "$ID" KILL
    expect_success ''
  done
}

@test "kill: arguments" {
  try runtime kill
  expect_error "kill: the container's ID and, if not TERM, a signal are expected (see runtime --help)"
  try runtime kill "$ID" TERM more
  expect_error "kill: the container's ID and, if not TERM, a signal are expected (see runtime --help)"
}
