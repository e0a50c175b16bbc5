#!/usr/bin/env bats
# exec: one more program in a container that exists (B-16, B-17, K-51). Its user and rights are in
# exec_process.bats, its terminal in exec_terminal.bats.
load helpers

# A container that runs, or of which as much is true as the words of `run` say.
start_sleeper() {
  set_program sleep 1000
  runtime run --detach --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-
}

expect_exec_error() { expect_error "exec $ID: $1" "${2:-255}"; }

@test "exec: output, error output, input and exit status are the program's" {
  start_sleeper
  try runtime exec "$ID" sh -c 'cat; echo wrong >&2; exit 7' <<<input
  expect_outcome 7 input wrong
  try runtime exec "$ID" true
  expect_success ''
  try runtime exec "$ID" sh -c 'kill -9 $$'
  expect_outcome 137 '' ''
}

@test "exec: options end at the ID (K-03)" {
  start_sleeper
  try runtime exec "$ID" echo --help -d --cwd=/tmp -- x
  expect_success '--help -d --cwd=/tmp -- x'
}

@test "exec: in the namespaces, the cgroup and the root of the container" {
  start_sleeper
  local init kind
  init=$(state_of "$ID" pid)
  for kind in cgroup ipc mnt net pid uts; do
    try runtime exec "$ID" readlink /proc/self/ns/$kind
    expect_success "$(readlink "/proc/$init/ns/$kind")"
  done
  # As the container sees it, which has a cgroup namespace: its root.
  runtime exec "$ID" cat /proc/self/cgroup | cut -d: -f3 | sort -u | grep -qx /
  try runtime exec "$ID" sh -c 'echo $$ $(tr "\0" " " </proc/1/cmdline)'
  [[ $stdout == [2-9]*' sleep 1000' ]]
  # Those of cgroups look different from another cgroup namespace.
  expect_equal "$(runtime exec "$ID" cat /proc/self/mountinfo | grep -v ' cgroup')" \
    "$(grep -v ' cgroup' "/proc/$init/mountinfo")"
}

@test "exec: only the namespaces that the container has" {
  update_config 'del(.hostname) | .linux.namespaces = [{type: "mount"}]'
  start_sleeper
  local kind
  for kind in ipc net pid uts; do
    try runtime exec "$ID" readlink /proc/1/ns/$kind
    [ -z "$stdout" ] || expect_success "$(readlink "/proc/self/ns/$kind")"
  done
  # It has the host's processes in view, with its own number there.
  try runtime exec --pid-file "$BATS_TEST_TMPDIR/pid" "$ID" sh -c 'echo $$'
  expect_success "$(<"$BATS_TEST_TMPDIR/pid")"
  # It is killed with the container, whose cgroup it is in.
  runtime exec --detach "$ID" sleep 2000
  runtime delete --force "$ID"
}

@test "exec: in a user namespace it is root there" {
  chown -R 100000:100000 "$BUNDLE/rootfs"
  map_ids 0 100000 1000
  start_sleeper
  try runtime exec "$ID" sh -c 'id; cat /proc/self/uid_map; cat /proc/self/setgroups; touch /tmp/made'
  expect_success "uid=0(root) gid=0(root)
         0     100000       1000
allow"
  expect_equal "$(stat -c %u "$BUNDLE/rootfs/tmp/made")" 100000
  try runtime exec --user 5:6 --additional-gids 7 "$ID" id
  expect_success 'uid=5 gid=6 groups=7'
}

@test "exec: in a created container" {
  set_program sleep 1000
  create "$ID"
  try runtime exec "$ID" sh -c 'echo here; hostname'
  expect_success "here
runtime"
  expect_equal "$(state_of "$ID" status)" created
  runtime start "$ID"
}

@test "exec: a stopped or unknown container" {
  set_program true
  runtime run --keep --bundle "$BUNDLE" "$ID"
  try runtime exec "$ID" true
  expect_exec_error 'cannot exec in a stopped container'
  runtime delete "$ID"
  try runtime exec "$ID" true
  expect_exec_error "container \"$ID\" does not exist"
}

@test "exec: a paused container" {
  start_sleeper
  runtime pause "$ID"
  try runtime exec "$ID" true
  expect_exec_error 'cannot exec in a paused container (use --ignore-paused to override)'
  # It waits, and goes on when the container does.
  runtime_in_background exec --ignore-paused "$ID" echo awake
  sleep 0.3
  kill -0 "$background"
  runtime resume "$ID"
  finish_background
  expect_success awake
}

# Nobody could resume it any more: it is stopped then.
@test "exec: into a paused container that is killed" {
  start_sleeper
  runtime pause "$ID"
  runtime_in_background exec --ignore-paused "$ID" true
  wait_until has_processes 2
  runtime kill "$ID" KILL
  finish_background
  expect_error "exec $ID: the container has stopped: the process was killed by signal 9" 255
}

@test "exec: the program that can't be run (K-51)" {
  mkdir "$BUNDLE/rootfs/folder"
  : >"$BUNDLE/rootfs/tmp/plain"
  printf '#!/nowhere\n' >"$BUNDLE/rootfs/tmp/lost"
  chmod +x "$BUNDLE/rootfs/tmp/lost"
  start_sleeper
  local program text
  while IFS='|' read -r program text; do
    rm -f "$BATS_TEST_TMPDIR/pid"
    try runtime exec --pid-file "$BATS_TEST_TMPDIR/pid" "$ID" "$program"
    expect_exec_error "exec: \"$program\": $text"
    # By its absence conmon knows.
    [ ! -e "$BATS_TEST_TMPDIR/pid" ]
  done <<'EOF'
nosuch|executable file not found in $PATH
/bin/nosuch|stat /bin/nosuch: no such file or directory
/tmp/plain|permission denied
/folder|is a directory (permission denied)
/tmp/lost|no such file or directory (the interpreter or loader it names is missing)
EOF
  expect_equal "$(processes_of "$ID" | wc -l)" 1
}

@test "exec: usage" {
  try runtime exec
  expect_error "exec: the container's ID and a program, or --process and the ID, are expected (see runtime --help)"
  try runtime exec "$ID"
  expect_error 'exec: a program is expected after the ID (see runtime --help)'
  try runtime exec --process x "$ID" true
  expect_error 'exec: a program after the ID and --process exclude each other (see runtime --help)'
  try runtime exec --preserve-fds -1 "$ID" true
  expect_error 'exec: option --preserve-fds: "-1": a number is expected'
}

@test "exec: --detach returns while the program runs" {
  start_sleeper
  try runtime exec --detach --pid-file "$BATS_TEST_TMPDIR/pid" "$ID" sleep 2000
  expect_success ''
  local pid
  pid=$(<"$BATS_TEST_TMPDIR/pid")
  # Digits and no newline.
  expect_equal "$(wc -c <"$BATS_TEST_TMPDIR/pid")" ${#pid}
  expect_equal "$(tr '\0' ' ' <"/proc/$pid/cmdline")" 'sleep 2000 '
  # A session of its own, and nothing of the caller's signals.
  expect_equal "$(ps -o sid= -p "$pid" | tr -d ' ')" "$pid"
  expect_equal "$(grep -c '^Sig\(Blk\|Ign\):	0*$' "/proc/$pid/status")" 2
}

@test "exec: a detached program's end is told to the nearest subreaper (K-06)" {
  needs_tool SUBREAPER
  start_sleeper
  try "$SUBREAPER" "$RUNTIME" --root "$ROOT" exec --detach "$ID" sh -c 'exit 9'
  expect_success "ended 0
orphan 9"
}

@test "exec: nobody of us holds the streams of a detached program (K-05)" {
  start_sleeper
  # Ends when the last writer has gone: the program, and not the sleeper's child of ours.
  local text
  text=$(runtime exec --detach "$ID" sh -c 'echo text')
  expect_equal "$text" text
}

@test "exec: signals are the program's" {
  start_sleeper
  # shellcheck disable=SC2016
  runtime_in_background exec "$ID" sh -c 'trap "echo got; exit 3" TERM; echo ready; while :; do sleep 0.05; done'
  wait_until grep -q ready "$BATS_TEST_TMPDIR/stdout"
  kill -TERM "$background"
  finish_background
  expect_outcome 3 $'ready\ngot' ''
}

@test "exec: killed, a program in the foreground ends with it (K-63)" {
  start_sleeper
  runtime_in_background exec "$ID" sleep 2000
  wait_until runs_in_container 'sleep 2000'
  kill -KILL "$background"
  wait "$background" || true
  wait_until runs_no_more_in_container 'sleep 2000'
}

runs_in_container() { processes_of "$ID" | sed 's,.*,/proc/&/cmdline,' | xargs -r cat 2>/dev/null | tr '\0' ' ' | grep -q "$1"; }
runs_no_more_in_container() { ! runs_in_container "$1"; }

@test "exec: descriptors are the standard ones and those of --preserve-fds" {
  start_sleeper
  list='(ls -l /proc/$$/fd >/tmp/fds); exit 0'
  lister() {
    runtime exec "$@" "$ID" sh -c "$list" 2>/dev/null >/dev/null 3</dev/zero 4</dev/full 5</dev/null 6<"$ROOT"
    fds_inside
  }
  local standard='0 /dev/null 1 /dev/null 2 /dev/null'
  expect_equal "$(lister)" "$standard"
  expect_equal "$(lister --preserve-fds 2)" "$standard 3 /dev/zero 4 /dev/full"
  reader() { runtime exec --preserve-fds 1 "$ID" sh -c 'head -c 1 <&3' 3<"$BUNDLE/config.json"; }
  expect_equal "$(reader)" '{'
  try runtime exec --preserve-fds 1 "$ID" true
  expect_exec_error '--preserve-fds: descriptor 3 is not open'
}

@test "exec: --cgroup is one below the container's" {
  start_sleeper
  try runtime exec --cgroup sub "$ID" true
  [[ $status == 255 && $stderr == "runtime: exec $ID: --cgroup: openat2 "*"$ID/sub: not found (ENOENT)" ]] || fail "$stderr"
  local folder
  while read -r folder; do
    mkdir "$folder/sub"
    # A v1 cpuset takes nobody before it has CPUs and memory.
    [ ! -e "$folder/cpuset.mems" ] || cat "$folder/cpuset.mems" >"$folder/sub/cpuset.mems"
    [ ! -e "$folder/cpuset.cpus" ] || cat "$folder/cpuset.cpus" >"$folder/sub/cpuset.cpus"
  done < <(find /sys/fs/cgroup -type d -name "*$ID*")
  runtime exec --cgroup sub "$ID" cat /proc/self/cgroup | cut -d: -f3 | sort -u | grep -qx /sub
  runtime exec --cgroup pids:sub "$ID" cat /proc/self/cgroup | cut -d: -f2,3 | grep -x 'pids:/sub'
  # The container's own, as runc has it.
  for value in / '' pids:/; do
    runtime exec --cgroup "$value" "$ID" cat /proc/self/cgroup | cut -d: -f3 | sort -u | grep -qx /
  done
  local value text
  while IFS='|' read -r value text; do
    try runtime exec --cgroup "$value" "$ID" true
    [ "$stderr" = "runtime: exec $ID: $text" ] || expect_error "exec: $text"
  done <<'EOF'
../x|option --cgroup: "../x": leads out of the container's cgroup
:x|option --cgroup: ":x": a controller is expected before the colon
nosuch:sub|--cgroup: no hierarchy has the controller "nosuch"
EOF
}

@test "exec: twenty at once" {
  start_sleeper
  race 20 runtime exec "$ID" true
  expect_equal "$statuses" "$(printf '0 %.0s' {1..20})"
  expect_equal "$(processes_of "$ID" | wc -l)" 1
}

@test "exec: into a container that is being deleted it fails or ends" {
  for _ in {1..5}; do
    start_sleeper
    (for _ in {1..10}; do runtime exec "$ID" true; done) >/dev/null 2>&1 3>&- &
    runtime delete --force "$ID"
    wait
    expect_nothing_left
  done
}

@test "exec: it is born in the cgroup, not written there" {
  needs_strace
  start_sleeper
  strace -f -o "$BATS_TEST_TMPDIR/trace" "$RUNTIME" --root "$ROOT" exec "$ID" true 3>&-
  # A pid in cgroup.procs would wait for an RCU grace period.
  if grep -q 'cgroup\.procs' "$BATS_TEST_TMPDIR/trace"; then fail 'cgroup.procs was opened'; fi
  # The entrant and the program.
  expect_equal "$(grep -c 'clone3({' "$BATS_TEST_TMPDIR/trace")" 2
  expect_equal "$(grep -c 'setns(' "$BATS_TEST_TMPDIR/trace")" 1
}
