#!/usr/bin/env bats
# run: the whole life in one command; its exit status is the program's (B-21; client contract §2).
# What can go wrong with the program's file is in program.bats.
load helpers

run_it() { try runtime run --bundle "$BUNDLE" "$@" "$ID"; }

# The one container below $ROOT, whatever its id.
only_id() { runtime list -q; }
is_listed() { [ -n "$(only_id)" ]; }

@test "run: exits as the program" {
  for code in 0 1 42 255; do
    set_script "exit $code"
    run_it
    expect_outcome "$code" '' ''
    expect_nothing_left
  done
}

@test "run: a program killed by a signal is 128 + n" {
  set_program sleep 1000
  for signal in KILL:137 9:137; do
    runtime_in_background run --bundle "$BUNDLE" "$ID"
    wait_until has_status "$ID" running
    runtime kill "$ID" "${signal%:*}"
    finish_background
    expect_outcome "${signal#*:}" '' ''
    expect_nothing_left
  done
}

@test "run: a program that kills itself is 128 + n" {
  # Not as process 1, which the kernel protects from itself.
  update_config 'del(.linux.namespaces[] | select(.type == "pid"))'
  set_script 'kill -USR1 $$; sleep 1000'
  run_it
  expect_outcome 138 '' ''
}

@test "run: standard streams pass through" {
  set_script 'cat; echo to stderr >&2'
  try runtime run --bundle "$BUNDLE" "$ID" <<<'from stdin'
  expect_outcome 0 'from stdin' 'to stderr'
  set_program cat
  head -c 3000000 /dev/urandom >"$BATS_TEST_TMPDIR/bytes"
  runtime run --bundle "$BUNDLE" "$ID" <"$BATS_TEST_TMPDIR/bytes" >"$BATS_TEST_TMPDIR/copy"
  cmp "$BATS_TEST_TMPDIR/bytes" "$BATS_TEST_TMPDIR/copy"
}

@test "run: the container in the bundle of the present folder" {
  set_program echo here
  cd "$BUNDLE"
  try runtime run "$ID"
  expect_success here
  expect_nothing_left
}

@test "run: a folder that holds a bundle gets an id" {
  # The cgroup is found by its name, which therefore has the test's id in it.
  mv "$BUNDLE" "$BATS_TEST_TMPDIR/b.$ID"
  BUNDLE=$BATS_TEST_TMPDIR/b.$ID
  set_script 'echo ran; exec sleep 1000'
  for argument in "$BUNDLE" "$BUNDLE/" "./b.$ID" "b.$ID" "b.$ID/../b.$ID"; do
    (cd "$BATS_TEST_TMPDIR" && exec "$RUNTIME" --root "$ROOT" run -d "$argument") >>"$OUTPUT"
    wait_until is_listed
    id=$(only_id)
    [[ "$id" =~ ^b"$ID"-[0-9a-f]{6}$ ]] || fail "the id is $id"
    wait_until has_status "$id" running
    runtime delete --force "$id"
  done
  # Two of one bundle at once.
  runtime run -d "$BUNDLE" >>"$OUTPUT"
  runtime run -d "$BUNDLE" >>"$OUTPUT"
  expect_equal "$(only_id | wc -l)" 2
}

@test "run: a bundle's folder with a name that gives no id" {
  mv "$BUNDLE" "$BATS_TEST_TMPDIR/.-."
  BUNDLE=$BATS_TEST_TMPDIR/.-.
  update_config --arg path "/$ID" '.linux.cgroupsPath = $path'
  set_script 'echo $0 ran'
  try runtime run "$BUNDLE"
  expect_success 'sh ran'
}

@test "run: an argument that could be an id is one where there is a config.json" {
  mkdir "$BUNDLE/$ID"
  cp "$BUNDLE/config.json" "$BUNDLE/$ID"
  set_program echo outer
  cd "$BUNDLE"
  try runtime run "$ID"
  expect_success outer
  try runtime run --bundle . "./$ID"
  expect_error "run: invalid container ID format: \"./$ID\" (1 to 255 of A-Z a-z 0-9 _ + - . with no dot in front)"
}

@test "run: no bundle anywhere" {
  cd "$BATS_TEST_TMPDIR"
  try runtime run "$ID"
  expect_error "run $ID: config.json: there is none in bundle $BATS_TEST_TMPDIR"
  for argument in ./nowhere nowhere/ "$BATS_TEST_TMPDIR/nowhere"; do
    try runtime run "$argument"
    [ "$status" = 1 ] && [[ "$stderr" =~ ^runtime:\ run\ nowhere-[0-9a-f]{6}:\ bundle:\ open\ "$argument:"\ not\ found ]] ||
      fail "status $status, $stderr"
  done
  for argument in . .. "$BATS_TEST_TMPDIR"; do
    try runtime run "$argument"
    [ "$status" = 1 ] && [[ "$stderr" =~ config.json:\ there\ is\ none\ in\ bundle ]] || fail "status $status, $stderr"
  done
}

@test "run: the present folder as a bundle, with and without a slash" {
  update_config --arg path "/$ID" '.linux.cgroupsPath = $path'
  set_program echo here
  cd "$BUNDLE"
  for argument in . ./ rootfs/..; do
    try runtime run "$argument"
    expect_success here
  done
  cd rootfs
  try runtime run ..
  expect_success here
}

@test "run: the id of a bundle whose name begins with dashes" {
  mv "$BUNDLE" "$BATS_TEST_TMPDIR/--b$ID"
  BUNDLE=$BATS_TEST_TMPDIR/--b$ID
  set_program sleep 1000
  runtime run -d "$BUNDLE" >>"$OUTPUT" 3>&-
  id=$(only_id)
  [[ "$id" =~ ^b"$ID"-[0-9a-f]{6}$ ]] || fail "the id is $id"
  runtime delete --force "$id"
  expect_nothing_left
}

@test "run --detach: returns when the program runs" {
  set_script 'echo ran; exec sleep 1000'
  runtime run --detach --bundle "$BUNDLE" --pid-file "$BATS_TEST_TMPDIR/pid" "$ID" >>"$OUTPUT"
  expect_equal "$(state_of "$ID" status pid)" "running $(<"$BATS_TEST_TMPDIR/pid")"
  wait_until has_content "$OUTPUT"
  expect_equal "$(<"$OUTPUT")" ran
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
  try runtime delete "$ID"
  expect_success ''
  expect_nothing_left
}

@test "run --keep: the stopped container stays" {
  set_script 'exit 3'
  run_it --keep
  expect_outcome 3 '' ''
  expect_equal "$(state_of "$ID" status pid)" 'stopped 0'
  try runtime delete "$ID"
  expect_success ''
  expect_nothing_left
}

@test "run: signals reach the program" {
  set_script '
    for name in TERM HUP USR1 USR2 INT QUIT WINCH CONT; do trap "echo $name" $name; done
    trap "echo leaving; exit 7" ALRM
    echo ready
    sleep 1000 & while :; do wait; done'
  runtime_in_background run --bundle "$BUNDLE" "$ID"
  wait_until grep -q ready "$BATS_TEST_TMPDIR/stdout"
  for name in TERM HUP USR1 USR2 INT QUIT WINCH CONT; do
    kill -s "$name" "$background"
    wait_until grep -qx "$name" "$BATS_TEST_TMPDIR/stdout"
  done
  kill -s ALRM "$background"
  finish_background
  expect_equal "$status ${stdout##*$'\n'}" '7 leaving'
  expect_nothing_left
}

@test "run: signals from the very beginning do no harm" {
  set_script 'trap "echo got it; exit 5" USR1; sleep 1000 & while :; do wait; done'
  runtime_in_background run --bundle "$BUNDLE" "$ID"
  # As early as we can say that it is there: maybe before its init is.
  wait_until test -d "$ROOT/$ID"
  for _ in {1..100}; do
    kill -USR1 "$background" 2>/dev/null || break
    sleep 0.05
  done
  finish_background
  expect_outcome 5 'got it' ''
  expect_nothing_left
}

@test "run: deleted by somebody else meanwhile" {
  set_program sleep 1000
  runtime_in_background run --bundle "$BUNDLE" "$ID"
  wait_until has_status "$ID" running
  runtime delete --force "$ID"
  finish_background
  expect_outcome 137 '' ''
  expect_nothing_left
}

@test "run: many at once don't disturb each other (K-09)" {
  set_script 'exit $((20 + ${HOSTNAME#h}))'
  for number in 1 2 3 4 5 6 7 8; do
    update_config --arg number "h$number" '.process.env = ["PATH=/bin", "HOSTNAME=" + $number]'
    mkdir "$BATS_TEST_TMPDIR/$number"
    cp -a "$BUNDLE/." "$BATS_TEST_TMPDIR/$number"
  done
  pids=()
  for number in 1 2 3 4 5 6 7 8; do
    runtime run --bundle "$BATS_TEST_TMPDIR/$number" "$ID-$number" 3>&- &
    pids+=($!)
  done
  codes=
  for pid in "${pids[@]}"; do
    code=0
    wait "$pid" || code=$?
    codes+="$code "
  done
  expect_equal "$codes" '21 22 23 24 25 26 27 28 '
  expect_nothing_left
}
