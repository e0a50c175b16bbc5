#!/usr/bin/env bats
# Exit statuses, and what is logged where (client contract §2, §3; K-20…K-24).
load ../helpers

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  [ -z "${host:-}" ] || kill "$host"
  delete_containers
  expect_nothing_left
}

setup_log() {
  LOG=$BATS_TEST_TMPDIR/log
  logged=("$RUNTIME" --root "$ROOT" --log "$LOG" --log-format json)
}

# expect_logged TEXT [STATUS]: it failed with this, on standard error and as the log's one object.
expect_logged() {
  expect_error "$1" "${2:-1}"
  expect_equal "$(wc -l <"$LOG")" 1 'lines in the log'
  # As Podman reads it: the whole file as one value. The time is RFC 3339, and neither old nor young.
  expect_equal "$(jq -rs '.[0].level, .[0].msg, length, (.[0].time |
    test("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$"),
    (sub("\\.\\d+"; "") | fromdate - now | . > -60 and . < 1))' "$LOG")" \
    "error"$'\n'"$1"$'\n1\ntrue\ntrue' 'the log'
}

@test "K-20, K-21, K-22: the log of a failed call is one JSON value, and standard error has its text" {
  setup_log
  set_program nowhere
  try "${logged[@]}" create --bundle "$BUNDLE" "$ID"
  expect_logged "create $ID: exec: \"nowhere\": executable file not found in \$PATH"
  expect_equal "$(jq -c keys "$LOG")" '["level","msg","time"]'
  expect_nothing_left
}

@test "K-04, K-20: every command's failure is there" {
  setup_log
  while IFS='|' read -r words error; do
    rm -f "$LOG"
    # shellcheck disable=SC2086 # words
    try "${logged[@]}" $words
    expect_logged "$error"
  done <<EOF
state $ID|state $ID: container "$ID" does not exist
start $ID|start $ID: container "$ID" does not exist
kill $ID|kill $ID: container "$ID" does not exist
delete $ID|delete $ID: container "$ID" does not exist
create --bundle /nowhere $ID|create $ID: bundle: open /nowhere: not found (ENOENT)
run --bundle /nowhere $ID|run $ID: bundle: open /nowhere: not found (ENOENT)
spec --bundle /nowhere|spec: open /nowhere: not found (ENOENT)
list one|list: no argument is expected (see runtime --help)
features --x|features: unknown option "--x" (see runtime --help)
nothing|unknown command "nothing" (see runtime --help)
--cgroup-manager pods list|--cgroup-manager: "pods" (cgroupfs, systemd, disabled) (see runtime --help)
EOF
}

@test "K-20: the status of run is no other for the log" {
  setup_log
  set_program /bin/nowhere
  try "${logged[@]}" run --bundle "$BUNDLE" "$ID"
  expect_logged "run $ID: exec: \"/bin/nowhere\": stat /bin/nowhere: no such file or directory" 127
}

@test "K-21: a command that succeeds writes nothing" {
  setup_log
  set_script 'exit 3'
  try "${logged[@]}" run --bundle "$BUNDLE" "$ID"
  expect_outcome 3 '' ''
  for words in 'list -q' features --version; do
    # shellcheck disable=SC2086 # words
    "${logged[@]}" $words >/dev/null
  done
  expect_equal "$(stat -c '%s %a' "$LOG")" '0 644' 'size and mode'
}

@test "K-20: lines are appended, whatever is there" {
  setup_log
  echo '{"level":"error","msg":"older","time":"2020-01-01T00:00:00.000000Z"}' >"$LOG"
  try "${logged[@]}" state "$ID-1"
  try "${logged[@]}" state "$ID-2"
  expect_equal "$(jq -r .msg "$LOG")" "older
state $ID-1: container \"$ID-1\" does not exist
state $ID-2: container \"$ID-2\" does not exist"
}

@test "K-20: text format" {
  try runtime --log "$BATS_TEST_TMPDIR/log" --log-format text state "$ID"
  expect_error "state $ID: container \"$ID\" does not exist"
  # The default, too.
  try runtime --log "$BATS_TEST_TMPDIR/log" state "$ID"
  expect_equal "$(sed 's/time="[^"]*Z"/time=""/' "$BATS_TEST_TMPDIR/log" | sort -u)" \
    "time=\"\" level=error msg=\"state $ID: container \\\"$ID\\\" does not exist\""
  expect_equal "$(wc -l <"$BATS_TEST_TMPDIR/log")" 2
}

@test "K-24: a log that can't be opened fails the command before it does anything" {
  mkdir "$BATS_TEST_TMPDIR/folder"
  try runtime --log "$BATS_TEST_TMPDIR/nowhere/log" create --bundle "$BUNDLE" "$ID"
  expect_error "--log: open $BATS_TEST_TMPDIR/nowhere/log: not found (ENOENT)"
  try runtime --log "$BATS_TEST_TMPDIR/folder" run --bundle "$BUNDLE" "$ID"
  expect_error "--log: open $BATS_TEST_TMPDIR/folder: it is a folder (EISDIR)"
  [ ! -e "$ROOT" ] || fail 'the state root is there'
  expect_nothing_left
}

@test "K-22: a log on a full disk doesn't hide the error" {
  [ -w /dev/full ] || skip 'there is no /dev/full'
  try runtime --log /dev/full --log-format json state "$ID"
  expect_error "state $ID: container \"$ID\" does not exist"
}

@test "K-23: messages are one line of valid UTF-8, whatever the input" {
  setup_log
  long=$(printf 'x%.0s' {1..300})
  errors=''
  for value in $'new\nline' $'tab\tand \r return' 'quo"te back\slash' $'\xff\xfe invalid' $'\x01\x1b[31m\x7f' \
    'ünïcödé ☃' $'cut \xe2\x98' $'overlong \xc0\xaf' $'surrogate \xed\xa0\x80' "$long" $'\u2028'; do
    for words in state 'create --bundle'; do
      # shellcheck disable=SC2086 # words
      try "${logged[@]}" $words "$value"
      expect_equal "$status $(wc -l <"$BATS_TEST_TMPDIR/stderr")" '1 1' 'status and lines'
      [ "${#stderr}" -lt 600 ] || fail "${#stderr} bytes"
      errors+=$stderr$'\n'
    done
  done
  printf %s "$errors" >"$BATS_TEST_TMPDIR/errors"
  for file in "$BATS_TEST_TMPDIR/errors" "$LOG"; do
    expect_equal "$(wc -l <"$file")" 22 'lines'
    iconv -f UTF-8 -t UTF-8 "$file" >/dev/null
    if LC_ALL=C grep -n '[[:cntrl:]]' "$file"; then fail 'control characters'; fi
  done
  expect_equal "$(jq -r '"runtime: " + .msg' "$LOG")" "$(<"$BATS_TEST_TMPDIR/errors")"
}

@test "K-21: warnings only with --debug, or without a log" {
  setup_log
  update_config '.ociVersion = "1.99.0" | .process.capabilities.bounding += ["CAP_NONSENSE"]'
  try "${logged[@]}" run --bundle "$BUNDLE" "$ID"
  expect_success ''
  expect_equal "$(<"$LOG")" ''
  try "${logged[@]}" --debug run --bundle "$BUNDLE" "$ID"
  expect_success ''
  expect_equal "$(jq -r 'select(.level == "warning").msg' "$LOG")" \
    '/ociVersion: "1.99.0" is newer than 1.3.0; what it adds is ignored
/process/capabilities/bounding/3: unknown capability "CAP_NONSENSE"'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stdout $(grep -c level=warning <<<"$stderr")" '0  2'
}

@test "K-20: with --debug every line is an object and the error is the last" {
  setup_log
  update_config '.unknownProperty = 1'
  set_program nowhere
  try "${logged[@]}" --debug create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: exec: \"nowhere\": executable file not found in \$PATH"
  [ "$(wc -l <"$LOG")" -gt 1 ] || fail 'nothing but the error'
  expect_equal "$(jq -rs 'map(select((.level | type) == "string" and (.msg | type) == "string" and .time != null)) | length' "$LOG")" \
    "$(wc -l <"$LOG")" 'objects'
  expect_equal "$(tail -n 1 "$LOG" | jq -r .msg)" "${stderr#runtime: }"
  grep -q 'config.json: /unknownProperty: unknown property, ignored' "$LOG"
}

@test "K-20: the container's init doesn't hold the log" {
  setup_log
  set_program sleep 1000
  "${logged[@]}" create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-
  links=$(find "/proc/$(state_of "$ID" pid)/fd" -lname "*$LOG*")
  expect_equal "$links" ''
}

@test "K-21: --log-level says what is worth a line" {
  setup_log
  update_config '.ociVersion = "1.99.0" | .unknownProperty = 1'
  newer='/ociVersion: "1.99.0" is newer than 1.3.0; what it adds is ignored'
  try "${logged[@]}" --log-level warning run --bundle "$BUNDLE" "$ID"
  expect_success ''
  expect_equal "$(jq -r '.level + " " + .msg' "$LOG")" "warning $newer"
  try "${logged[@]}" --log-level debug run --bundle "$BUNDLE" "$ID"
  expect_success ''
  grep -q '"level":"debug"' "$LOG"
  try runtime --log-level error run --bundle "$BUNDLE" "$ID"
  expect_success ''
  try runtime --log-level warning run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stdout $(grep -c level=warning <<<"$stderr")" '0  1'
}

# --- where it goes ---------------------------------------------------------------------------

# A view of this host in which a logger of ours listens at the address, or nobody if there is none.
# What it is told is in $NOTED, a line for each message.
make_host() {
  needs_tool NOTIFY
  NOTED=$BATS_TEST_TMPDIR/noted
  : >"$NOTED"
  # shellcheck disable=SC2016 # the inner shell's
  unshare --mount --propagation private sh -c '
    mount -t tmpfs none /run && mkdir -p /run/systemd/journal
    case $2 in /run/*) ;; *) mount -t tmpfs none /dev && mknod -m 666 /dev/null c 1 3 ;; esac
    [ -n "$2" ] || exec sleep 1000
    exec "$1" receive "$2" "$3"' sh "$NOTIFY" "${1-}" "$NOTED" </dev/null >/dev/null 2>&1 3>&- &
  host=$!
  if [ -n "${1-}" ]; then
    wait_until test -S "/proc/$host/root$1"
  else
    wait_until runs_program "$host" sleep
  fi
}

runtime_there() { nsenter --mount="/proc/$host/ns/mnt" "$RUNTIME" --root "$ROOT" "$@"; }
expect_noted() { wait_until has_noted "$1" 2>/dev/null || expect_equal "$(<"$NOTED")" "$1" 'the logger'; }
has_noted() { [ "$(<"$NOTED")" = "$1" ]; }

@test "K-24: where nobody listens the command fails before it does anything" {
  make_host
  while read -r destination address; do
    try runtime_there --log "$destination" create --bundle "$BUNDLE" "$ID"
    expect_error "--log: connect $address: not found (ENOENT)"
  done <<'EOF'
journald:web /run/systemd/journal/socket
syslog:web /dev/log
EOF
  [ ! -e "$ROOT" ] || fail 'the state root is there'
}

@test "K-24: a logger that has gone away" {
  make_host /run/systemd/journal/socket
  try runtime_there --log journald:web list
  expect_success "$(runtime list)"
  # The view outlives it.
  nsenter --mount="/proc/$host/ns/mnt" sleep 1000 3>&- &
  other=$!
  wait_until runs_program "$other" sleep
  kill "$host"
  wait "$host" || true
  host=$other
  try runtime_there --log journald:web list
  expect_error '--log: connect /run/systemd/journal/socket: Connection refused (ECONNREFUSED)'
}

@test "K-20: --log journald:ID, by the journal's own protocol" {
  make_host /run/systemd/journal/socket
  try runtime_there --log journald:web --log-format json state "$ID"
  expect_error "state $ID: container \"$ID\" does not exist"
  expect_noted "PRIORITY=3|SYSLOG_IDENTIFIER=runtime|ID=web|MESSAGE=state $ID: container \"$ID\" does not exist|"
  # A field is a line, whatever is in it.
  : >"$NOTED"
  try runtime_there --log $'journald:a\nPRIORITY=0' state $'b\nc'
  expect_noted "PRIORITY=3|SYSLOG_IDENTIFIER=runtime|ID=a\\x0aPRIORITY=0|MESSAGE=${stderr#runtime: }|"
  : >"$NOTED"
  try runtime_there --log=journald: state "$ID"
  expect_noted "PRIORITY=3|SYSLOG_IDENTIFIER=runtime|MESSAGE=state $ID: container \"$ID\" does not exist|"
}

@test "K-20: --log syslog:ID, as syslog(3) has it" {
  make_host /dev/log
  try runtime_there --log syslog:web state "$ID"
  expect_error "state $ID: container \"$ID\" does not exist"
  # 11: of a user's program, an error.
  expect_noted "<11>web: state $ID: container \"$ID\" does not exist"
  : >"$NOTED"
  try runtime_there --log syslog: state "$ID"
  expect_noted "<11>runtime: state $ID: container \"$ID\" does not exist"
}

@test "K-21: to a logger warnings go, too, and with --debug everything" {
  make_host /run/systemd/journal/socket
  update_config '.ociVersion = "1.99.0" | .unknownProperty = 1'
  newer='PRIORITY=4|SYSLOG_IDENTIFIER=runtime|ID=web|MESSAGE=/ociVersion: "1.99.0" is newer than 1.3.0; what it adds is ignored|'
  try runtime_there --log journald:web run --bundle "$BUNDLE" "$ID"
  expect_success ''
  expect_noted "$newer"
  : >"$NOTED"
  try runtime_there --log journald:web --log-level error run --bundle "$BUNDLE" "$ID"
  expect_success ''
  try runtime_there --log journald:web --debug run --bundle "$BUNDLE" "$ID"
  expect_success ''
  wait_until grep -q '^PRIORITY=7|' "$NOTED"
  expect_equal "$(grep -cxF "$newer" "$NOTED")" 1
}

@test "K-20: --log file:PATH, and any other colon is the file's" {
  cd "$BATS_TEST_TMPDIR"
  for pair in "file:log log" "file:file:log file:log" "journal:log journal:log" "file:$PWD/whole whole"; do
    try runtime --log "${pair% *}" state "$ID"
    expect_error "state $ID: container \"$ID\" does not exist"
    expect_equal "$(wc -l <"${pair#* }")" 1 "${pair#* }"
  done
}

# --- exit statuses ---------------------------------------------------------------------------

# The standard input has lines STATUS|ARGUMENTS, the arguments in the shell's quoting.
expect_statuses() {
  local wanted words
  while IFS='|' read -r wanted words; do
    eval "try runtime $words"
    expect_equal "$status" "$wanted" "status of $words"
  done
}

@test "exit status: 0, 1, the program's, 255 for exec" {
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  # shellcheck disable=SC2016 # for eval
  expect_statuses <<'EOF'
0|--version
0|--help
0|features
0|exec "$ID" true
7|exec "$ID" sh -c 'exit 7'
137|exec "$ID" sh -c 'kill -9 $$'
255|exec "$ID" nowhere
255|exec "$ID-2" true
1|delete "$ID"
1|state "$ID-2"
1|start "$ID"
1|create --bundle "$BUNDLE" "$ID"
1|run --bundle "$BUNDLE" "$ID"
1|nothing
1|list --nothing
0|kill "$ID" KILL
EOF
  wait_until has_status "$ID" stopped
  expect_statuses <<'EOF'
0|state "$ID"
1|kill "$ID"
255|exec "$ID" true
0|delete "$ID"
1|delete "$ID"
0|delete --force "$ID"
EOF
}
