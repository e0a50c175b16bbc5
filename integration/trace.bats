#!/usr/bin/env bats
# --trace: when each step of a command began and ended, in the format of Chrome's tracing.
load helpers

trace() { jq -r "$@" "$BATS_TEST_TMPDIR/trace"; }

# The steps of a process, in order.
steps_of() {
  trace --arg name "$1" '(.traceEvents[] | select(.ph == "M" and .args.name == $name).tid) as $thread |
    .traceEvents[] | select(.ph != "M" and .tid == $thread).name'
}

@test "--trace: run, in both of its processes" {
  runtime --trace "$BATS_TEST_TMPDIR/trace" run --bundle "$BUNDLE" "$ID"
  for step in 'read, check and plan' 'state folder' cgroup clone 'wait for init' start 'the program runs' delete; do
    steps_of command | grep -qxF "$step" || fail "$step is not in $(steps_of command)"
  done
  for step in mounts 'mount /proc' pivot 'leave the executable'; do
    steps_of init | grep -qxF "$step" || fail "$step is not in $(steps_of init)"
  done
  # Within what encloses it, and nothing lasts longer than it all.
  [ "$(trace '[.traceEvents[] | select(.dur != null) | .ts >= 0 and .dur >= 0] | all')" = true ]
  [ "$(trace '[.traceEvents[] | select(.name == "run").dur] == [[.traceEvents[].dur // 0] | max]')" = true ]
  # The last of init's: that it became the program shows nowhere but by its having no end.
  expect_equal "$(trace '.traceEvents[] | select(.name == "leave the executable").ph')" i
}

@test "--trace: start" {
  create "$ID"
  runtime --trace "$BATS_TEST_TMPDIR/trace" start "$ID"
  expect_equal "$(steps_of command | tail -n 2)" $'look at the container\nwait for the program'
}

@test "--trace: exec" {
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  runtime --trace "$BATS_TEST_TMPDIR/trace" exec "$ID" true
  steps_of command | grep -qxF 'wait for the program'
  steps_of entrant | grep -qxF 'enter the container'
  steps_of program | grep -qxF 'become the program'
}

@test "--trace: of a command that fails, too" {
  set_program /no/such
  try runtime --trace "$BATS_TEST_TMPDIR/trace" run --bundle "$BUNDLE" "$ID"
  [ "$status" = 127 ]
  steps_of init | grep -qxF 'user, limits, program'
}

@test "--trace: a file that can't be written" {
  try runtime --trace /no/such/file state "$ID"
  expect_error '--trace: open /no/such/file: not found (ENOENT)'
}
