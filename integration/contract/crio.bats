#!/usr/bin/env bats
# The calls of CRI-O and of conmon-rs, word by word (client contract §7; K-60…K-64). Of K-60 the state
# while create goes on is in lifecycle.bats and that of damaged records in delete.bats, K-62 is in
# features.bats, more of K-63 in exec.bats, exec with a terminal in exec_terminal.bats.
load ../helpers

crio() { env -i PATH="$PATH" XDG_RUNTIME_DIR=/run/user/0 CRI_O_EXTERNAL=1 "$RUNTIME" --root "$ROOT" "$@"; }

# Twice, as conmon-rs says it.
conmonrs() { env -i PATH="$PATH" XDG_RUNTIME_DIR=/run/user/0 "$RUNTIME" --root="$ROOT" --root="$ROOT" "$@"; }

make_document() {
  jq -n '{cwd: "/", env: ["PATH=/bin"], user: {uid: 0, gid: 0}, args: $ARGS.positional}' --args -- "$@" \
    >"$BATS_TEST_TMPDIR/process.json"
}

start_container() {
  crio create --bundle "$BUNDLE" --pid-file "$BATS_TEST_TMPDIR/pid" "$ID" >"$OUTPUT" 2>&1 3>&-
  crio start "$ID"
}

# As CRI-O reads it: nothing but JSON, with one of four words and a pid that fits it.
expect_state() {
  try crio state "$ID"
  expect_equal "$status $stderr" '0 '
  expect_equal "$(jq -r '.status, .pid' <<<"$stdout" | xargs)" "$1 $2"
}

@test "K-60: state in each status" {
  set_program sleep 1000
  crio create --bundle "$BUNDLE" --pid-file "$BATS_TEST_TMPDIR/pid" "$ID" >"$OUTPUT" 2>&1 3>&-
  pid=$(<"$BATS_TEST_TMPDIR/pid")
  expect_state created "$pid"
  crio start "$ID"
  expect_state running "$pid"
  crio pause "$ID"
  expect_state paused "$pid"
  crio resume "$ID"
  expect_state running "$pid"
  crio kill "$ID" KILL
  wait_until has_status "$ID" stopped
  expect_state stopped 0
  # The bundle and the bus are no part of it.
  rm -r "$BUNDLE"
  try env -i DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere "$RUNTIME" --systemd-cgroup --root "$ROOT" state "$ID"
  expect_equal "$status $stderr $(jq -r .status <<<"$stdout")" '0  stopped'
}

@test "K-60: state never fails while others act on the container" {
  set_program sleep 1000
  start_container
  (for _ in {1..10}; do crio pause "$ID" && crio resume "$ID"; done) >/dev/null 2>&1 3>&- &
  worker=$!
  for _ in {1..100}; do
    try crio state "$ID"
    expect_equal "$status $stderr" '0 '
    jq -e '.status | IN("running", "paused")' <<<"$stdout" >/dev/null
  done
  wait "$worker"
}

@test "K-61: kill by name, with -a, and when it is over" {
  set_script 'trap "echo TERM" TERM; echo ready; sleep 1000 & while :; do wait; done'
  start_container
  wait_until grep -q ready "$OUTPUT"
  for name in TERM SIGTERM; do
    try crio kill "$ID" "$name"
    expect_success ''
    wait_until grep -q TERM "$OUTPUT"
    : >"$OUTPUT"
  done
  try crio kill -a "$ID" 9
  expect_success ''
  wait_until has_status "$ID" stopped
  try crio kill "$ID" KILL
  expect_error "kill $ID: container not running"
  try crio kill "$ID-2" KILL
  expect_error "kill $ID-2: container \"$ID-2\" does not exist"
}

@test "K-63: a foreground exec whose process group is killed leaves nothing running" {
  set_program sleep 1000
  start_container
  make_document sh -c 'echo ready; exec sleep 2000'
  (exec setsid env -i PATH="$PATH" "$RUNTIME" --root "$ROOT" exec --process "$BATS_TEST_TMPDIR/process.json" "$ID" \
    >"$BATS_TEST_TMPDIR/out" 2>&1 3>&-) &
  background=$!
  wait_until has_content "$BATS_TEST_TMPDIR/out"
  expect_equal "$(processes_of "$ID" | wc -l)" 2
  kill -KILL -- "-$background"
  wait "$background" 2>/dev/null || true
  wait_until has_processes 1
  expect_state running "$(<"$BATS_TEST_TMPDIR/pid")"
}

@test "K-64: every annotation of ours is in the manual, and named where allowed_annotations is" {
  docs=$BATS_TEST_DIRNAME/../../docs
  [ -e "$docs/engines.md" ] || skip 'the documents are not here'
  sed -n '/^## CRI-O/,$p' "$docs/engines.md" | grep -o '["`][a-z.]\+["`]' | tr -d '"`' >"$BATS_TEST_TMPDIR/allowed"
  "$RUNTIME" features | jq -r '.potentiallyUnsafeConfigAnnotations[]' >"$BATS_TEST_TMPDIR/names"
  while read -r name; do
    grep -qF "$name" "$docs/man/runtime.8" || fail "$name is not in runtime.8"
    found=
    while read -r allowed; do
      [[ $name != "$allowed"* ]] || found=$allowed
    done <"$BATS_TEST_TMPDIR/allowed"
    [ -n "$found" ] || fail "$name is not in what engines.md says of CRI-O"
  done <"$BATS_TEST_TMPDIR/names"
}

@test "crio: create and exec by conmon-rs, options said twice and before the ID, the command after it" {
  needs_tool RECEIVE_CONSOLE
  set_program sleep 1000
  conmonrs create --bundle "$BUNDLE" --pid-file "$BATS_TEST_TMPDIR/pid" "$ID" >/dev/null 2>&1 3>&-
  crio start "$ID"
  "$RECEIVE_CONSOLE" "$BATS_TEST_TMPDIR/console" "$BATS_TEST_TMPDIR/report" >"$BATS_TEST_TMPDIR/screen" 2>&1 3>&- </dev/null &
  receiver=$!
  wait_until test -S "$BATS_TEST_TMPDIR/console"
  try conmonrs exec -d --console-socket="$BATS_TEST_TMPDIR/console" --tty --pid-file="$BATS_TEST_TMPDIR/exec-pid" "$ID" \
    sh -c 'tty; echo -d --tty'
  expect_success ''
  wait "$receiver"
  expect_equal "$(tr -d '\r' <"$BATS_TEST_TMPDIR/screen")" $'/dev/pts/0\n-d --tty'
  [[ $(<"$BATS_TEST_TMPDIR/exec-pid") =~ ^[0-9]+$ ]]
  try conmonrs exec -d --pid-file="$BATS_TEST_TMPDIR/exec-pid" "$ID" sh -c 'exit 3'
  expect_success ''
}

@test "crio: exec for a probe exits as the command, which has our pipes" {
  set_program sleep 1000
  start_container
  make_document sh -c 'cat; echo err >&2; exit 5'
  try crio exec --process "$BATS_TEST_TMPDIR/process.json" "$ID" <<<input
  expect_outcome 5 input err
  make_document nowhere
  try crio exec --process "$BATS_TEST_TMPDIR/process.json" "$ID"
  expect_error "exec $ID: exec: \"nowhere\": executable file not found in \$PATH" 255
}

@test "crio: update from standard input, delete --force" {
  set_program sleep 1000
  start_container
  exec <<<'{"pids":{"limit":66},"memory":{},"cpu":{}}'
  try crio update --resources - "$ID"
  expect_success ''
  expect_equal "$(cat "$(find /sys/fs/cgroup -path "*$ID/pids.max" | head -n 1)")" 66
  for _ in 1 2; do
    try crio delete --force "$ID"
    expect_success ''
  done
}
