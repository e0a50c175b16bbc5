#!/usr/bin/env bats
# The calls of containerd's shim, word by word (client contract §5). containerd itself is in
# engines/containerd.bats, the terminal's socket in
# console_socket.bats and exec_terminal.bats, no pivot in no_pivot.bats.
load ../helpers
load ../criu

setup_file() {
  prepare_bundle
  find_criu
}

# The shim's root is a namespace's, whose folder is nobody's before the first call.
setup_shim() {
  BASE=$ROOT/runc
  ROOT=$BASE/k8s.io
  LOG=$BUNDLE/log.json
  PID_FILE=$BUNDLE/init.pid
}

# With the shim's environment and parent-death signal, and what it says in front of each command.
shim() {
  env -i PATH="$PATH" XDG_RUNTIME_DIR=/run/user/0 setpriv --pdeathsig KILL \
    "$RUNTIME" --root "$ROOT" --log "$LOG" --log-format json "$@"
}

# Its standard streams are the container's.
shim_create() { shim create --bundle "$BUNDLE" --pid-file "$PID_FILE" "$@" >>"$OUTPUT" 2>&1 3>&-; }

# Its process document, with these arguments.
make_document() {
  jq -n '{cwd: "/", env: ["PATH=/bin"], user: {uid: 0, gid: 0}, args: $ARGS.positional}' --args -- "$@" \
    >"$BUNDLE/exec.json"
}

last_error() { jq -rs 'map(select(.level == "error")) | last.msg' "$LOG"; }

@test "containerd create: the root is made for root alone, init is where it stays, and nothing is said" {
  setup_shim
  set_program sleep 1000
  shim_create --no-new-keyring "$ID"
  expect_equal "$(<"$OUTPUT")$(<"$LOG")" ''
  expect_equal "$(stat -c %a "$BASE" "$ROOT")" $'700\n700'
  pid=$(<"$PID_FILE")
  expect_equal "$(od -An -c "$PID_FILE" | tr -d ' ')" "$pid" 'the bytes of the pid file'
  # From there the shim finds the cgroup, whatever its namespace.
  before=$(<"/proc/$pid/cgroup")
  grep -q "$ID" <<<"$before" || fail "$before"
  try shim start "$ID"
  expect_success ''
  expect_equal "$(<"/proc/$pid/cgroup")" "$before"
  expect_equal "$(<"$LOG")" ''
}

@test "containerd create: the log's last error is this call's" {
  setup_shim
  set_program nowhere
  for count in 1 2 3; do
    status=0
    shim_create "$ID" || status=$?
    expect_equal "$status $(wc -l <"$LOG")" "1 $count"
    [ ! -e "$PID_FILE" ] || fail 'there is a pid file'
  done
  expect_equal "$(last_error)" "create $ID: exec: \"nowhere\": executable file not found in \$PATH"
  # Of all lines Go's decoder takes each.
  expect_equal "$(jq -r '.level, (.time | sub("\\.\\d+"; "") | fromdate | type)' "$LOG" | sort | uniq -c | xargs)" '3 error 3 number'
}

@test "containerd create, start: streams are the shim's pipes, and it waits for init (K-05, K-06)" {
  setup_shim
  needs_tool SUBREAPER
  mkfifo "$BUNDLE/out"
  cat "$BUNDLE/out" >"$BATS_TEST_TMPDIR/read" 3>&- &
  reader=$!
  set_script 'echo out; echo err >&2; exit 7'
  export -f shim
  export RUNTIME ROOT LOG
  # shellcheck disable=SC2016 # the inner shell's
  try "$SUBREAPER" /bin/bash -c '
    shim create --bundle "$1" --pid-file "$1/init.pid" "$2" >"$1/out" 2>"$1/out" && shim start "$2"' sh "$BUNDLE" "$ID"
  expect_success $'ended 0\norphan 7'
  wait "$reader"
  expect_equal "$(<"$BATS_TEST_TMPDIR/read")" $'out\nerr'
  try shim delete "$ID"
  expect_success ''
}

@test "containerd start: fails when the program can't be executed" {
  setup_shim
  echo garbage >"$BUNDLE/rootfs/bin/garbage"
  chmod +x "$BUNDLE/rootfs/bin/garbage"
  set_program garbage
  shim_create "$ID"
  try shim start "$ID"
  expect_error "start $ID: exec: \"/bin/garbage\": exec format error"
  expect_equal "$(last_error)" "start $ID: exec: \"/bin/garbage\": exec format error"
}

@test "containerd exec: a document, a pid file, and an end that the shim waits for (K-06)" {
  setup_shim
  needs_tool SUBREAPER
  set_program sleep 1000
  shim_create "$ID"
  shim start "$ID"
  make_document sh -c 'echo $$; exit 9'
  export -f shim
  export RUNTIME ROOT LOG
  # shellcheck disable=SC2016 # the inner shell's
  try "$SUBREAPER" /bin/bash -c 'shim exec --process "$1/exec.json" --detach --pid-file "$1/e1.pid" "$2" >"$1/out"' \
    sh "$BUNDLE" "$ID"
  expect_success $'ended 0\norphan 9'
  [[ $(<"$BUNDLE/e1.pid") =~ ^[0-9]+$ ]] && [ "$(wc -c <"$BUNDLE/e1.pid")" = "$(tr -cd 0-9 <"$BUNDLE/e1.pid" | wc -c)" ]
  has_content "$BUNDLE/out"
  # And one that fails: no pid file, and the log says why.
  make_document nowhere
  try shim exec --process "$BUNDLE/exec.json" --detach --pid-file "$BUNDLE/e2.pid" "$ID"
  expect_error "exec $ID: exec: \"nowhere\": executable file not found in \$PATH" 255
  expect_equal "$(last_error)" "${stderr#runtime: }"
  [ ! -e "$BUNDLE/e2.pid" ] || fail 'there is a pid file'
}

@test "containerd kill, delete: by number, twice, with --all when init is dead" {
  setup_shim
  # The host's pid namespace, where processes outlive init.
  update_config 'del(.linux.namespaces[] | select(.type == "pid"))'
  set_script 'setsid sleep 1000 & echo ready; exec sleep 1000'
  shim_create "$ID"
  shim start "$ID"
  wait_until has_content "$OUTPUT"
  pid=$(<"$PID_FILE")
  try shim kill "$ID" 15
  expect_success ''
  wait_until has_status "$ID" stopped
  try shim kill "$ID" 9
  expect_error "kill $ID: container not running"
  expect_equal "$(last_error)" "kill $ID: container not running"
  try shim kill --all "$ID" 9
  expect_success ''
  wait_until is_empty
  try shim kill --all "$ID" 9
  expect_success ''
  try shim delete "$ID"
  expect_success ''
  try shim delete "$ID"
  expect_error "delete $ID: container \"$ID\" does not exist"
  try shim delete --force "$ID"
  expect_success ''
}

is_empty() { [ -z "$(processes_of "$ID")" ]; }

@test "containerd ps, pause, resume: nothing but the list" {
  setup_shim
  set_script 'sleep 1000 & echo ready; wait'
  shim_create "$ID"
  shim start "$ID"
  wait_until has_content "$OUTPUT"
  for call in pause resume; do
    try shim "$call" "$ID"
    expect_success ''
    both=$(shim ps --format json "$ID" 2>&1)
    expect_equal "$(jq -c 'sort | .[]' <<<"$both" | xargs)" "$(processes_of "$ID" | xargs)" "$call"
  done
}

@test "containerd update: limits from standard input, and only those" {
  setup_shim
  set_program sleep 1000
  update_config '.linux.resources.pids.limit = 77 | .linux.resources.devices = [{allow: false, access: "rwm"},
    {allow: true, type: "c", major: 1, minor: 5, access: "r"}]'
  shim_create "$ID"
  shim start "$ID"
  exec <<<'{"cpu":{"shares":512},"devices":[{"allow":false,"access":"rwm"}]}'
  try shim update --resources=- "$ID"
  expect_success ''
  exec </dev/null
  grep -qxE '77' "$(find /sys/fs/cgroup -path "*$ID/pids.max" | head -n 1)"
  shares=$(find /sys/fs/cgroup -path "*$ID/cpu.shares" | head -n 1)
  [ -z "$shares" ] || expect_equal "$(<"$shares")" 512
  try shim exec "$ID" head -c 1 /dev/zero
  expect_equal "$status" 0 'a device that was allowed'
}

@test "containerd: with --debug the answers are the same, and every line of the log is an object" {
  setup_shim
  update_config '.unknownProperty = 1'
  set_program sleep 1000
  for words in "create --bundle $BUNDLE --pid-file $PID_FILE" start pause resume 'kill --all'; do
    # shellcheck disable=SC2086 # words
    if [ "$words" = 'kill --all' ]; then
      try shim --debug kill --all "$ID" 9
    else
      try shim --debug $words "$ID"
    fi
    expect_success ''
  done
  wait_until has_status "$ID" stopped
  try shim --debug delete "$ID"
  expect_success ''
  jq -es 'length > 0 and all(.level and .msg and .time)' "$LOG" >/dev/null
}

@test "containerd: the driver chosen by create is not told again" {
  setup_shim
  set_program sleep 1000
  # Where there is no systemd this can't be --systemd-cgroup; with it systemd.bats does the same.
  shim --cgroup-manager disabled create --bundle "$BUNDLE" --pid-file "$PID_FILE" "$ID" >/dev/null 3>&-
  for words in start 'exec --detach' 'delete --force'; do
    # shellcheck disable=SC2086 # words
    case $words in
      exec*) try shim $words "$ID" true ;;
      *) try shim $words "$ID" ;;
    esac
    expect_success ''
  done
}

@test "containerd checkpoint, restore: where the shim looks for images, logs and the pid (K-02)" {
  setup_shim
  needs_criu
  images=$BATS_TEST_TMPDIR/images
  work=$BATS_TEST_TMPDIR/work
  # Renamed, so that no moment has an empty file: a checkpoint may come at any.
  set_script 'n=0; while sleep 0.05; do n=$((n + 1)); echo $n >/tmp/new; mv /tmp/new /tmp/count; done'
  shim create --bundle "$BUNDLE" --pid-file "$PID_FILE" "$ID" >/dev/null 2>&1 3>&-
  shim start "$ID"
  wait_until has_content "$BUNDLE/rootfs/tmp/count"
  options=(--image-path "$images" --work-path "$work" --tcp-established --ext-unix-sk --shell-job --file-locks
    --manage-cgroups-mode soft)
  try shim --criu "$CRIU" checkpoint "${options[@]}" --leave-running "$ID"
  expect_success ''
  expect_equal "$(state_of "$ID" status)" running
  rm -r "$images"
  try shim --criu "$CRIU" checkpoint "${options[@]}" "$ID"
  expect_success ''
  has_content "$work/dump.log"
  # The shim deletes it all the same, and looks for these words.
  try shim delete "$ID"
  [[ $status == 1 && $stderr == *'does not exist'* ]] || fail "$status $stderr"
  : >"$LOG"
  rm "$PID_FILE"
  count=$(<"$BUNDLE/rootfs/tmp/count")
  status=0
  shim --criu "$CRIU" restore "${options[@]}" --detach --pid-file "$PID_FILE" -no-subreaper --bundle "$BUNDLE" "$ID" \
    >/dev/null 2>&1 3>&- || status=$?
  expect_equal "$status $(<"$LOG")" '0 '
  has_content "$work/restore.log"
  expect_equal "$(<"$PID_FILE")" "$(state_of "$ID" pid)"
  wait_until has_counted_on
  shim delete --force "$ID"
}

has_counted_on() { [ "$(<"$BUNDLE/rootfs/tmp/count")" -gt "$count" ]; }
