#!/usr/bin/env bats
# seccomp record: a profile that allows what a container used (F-05, P-17).
load helpers

setup_file() {
  prepare_bundle
  local applet
  for applet in rmdir usleep; do ln -s busybox "$BATS_FILE_TMPDIR/bundle/rootfs/bin/$applet"; done
}

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  if [ -n "${background-}" ]; then kill "$background" 2>/dev/null || true; fi
  delete_containers
  expect_nothing_left
}

# What can't be avoided, on x86-64.
always='execve exit exit_group restart_syscall rt_sigreturn'

record() {
  PROFILE=$BATS_TEST_TMPDIR/profile.json
  try runtime seccomp record --output "$PROFILE" --bundle "$BUNDLE" "$@" "$ID"
}

record_in_background() {
  PROFILE=$BATS_TEST_TMPDIR/profile.json
  runtime_in_background seccomp record --output "$PROFILE" "$@" "$ID"
}

# The names that a profile allows without a condition, in one line.
allowed() { jq -r '[.syscalls[] | select(.args | not).names[]] | sort | join(" ")' "$PROFILE"; }

expect_allowed() {
  local name names
  names=" $(allowed) "
  for name; do [[ $names == *" $name "* ]] || fail "$name is not allowed:$names"; done
}

expect_denied() {
  local name names
  names=" $(allowed) "
  for name; do [[ $names != *" $name "* ]] || fail "$name is allowed:$names"; done
}

# expect_report STATUS PROCESSES: the outcome of a recording that came to its end.
expect_report() {
  expect_outcome "$1" '' "runtime: $PROFILE: system calls allowed: $(allowed | wc -w), processes recorded: $2; only the paths that this run took are covered (--merge unites several runs)"
}

tracer_of() { awk '$1 == "TracerPid:" { print $2 }' "/proc/$1/status"; }
is_free() { grep -q '^TracerPid:	0' "/proc/$1/status"; }
is_free_or_gone() { ! is_traced "$1"; }
was_seized() { has_ended "$1" || is_traced "$1"; }

# Whether one of the container's processes runs that program by now.
has_program() {
  local each
  for each in $(processes_of "$1"); do
    if [ "$(cat "/proc/$each/comm" 2>/dev/null)" = "$2" ]; then return; fi
  done
  return 1
}

# A container that lives, whatever it does; its process is $pid.
run_container() {
  create "$ID"
  runtime start "$ID"
  pid=$(state_of "$ID" pid)
}

expect_alive() { expect_equal "$(state_of "$ID" status pid)" "running $pid" "state"; }

need_tool() {
  needs_tool TWO_CALLS
  cp "$TWO_CALLS" "$BUNDLE/rootfs/bin/two-calls"
  set_program two-calls
}

@test "seccomp record: exactly what a program used" {
  need_tool
  record
  expect_equal "$(<"$PROFILE")" '{
	"defaultAction": "SCMP_ACT_ERRNO",
	"defaultErrnoRet": 1,
	"architectures": [
		"SCMP_ARCH_X86_64"
	],
	"syscalls": [
		{
			"names": [
				"execve",
				"exit",
				"exit_group",
				"getpgid",
				"restart_syscall",
				"rt_sigreturn"
			],
			"action": "SCMP_ACT_ALLOW"
		}
	]
}'
  expect_report 7 1
  expect_equal "$(stat -c %a "$PROFILE")" 644
  expect_equal "$(find "$BATS_TEST_TMPDIR" -name '*profile*')" "$PROFILE"
}

@test "seccomp record: children, the programs they become, and no other's calls" {
  set_script 'cd /tmp; mkdir one; (sleep 0.01; sh -c "rmdir one; exit 5")'
  record
  expect_report 5 4
  expect_allowed chdir mkdir rmdir clock_nanosleep wait4
  # The runtime's own.
  expect_denied mount pivot_root setresuid sethostname capset close_range recvmsg
}

@test "seccomp record: a folder alone is a bundle" {
  set_script 'exit 4'
  PROFILE=$BATS_TEST_TMPDIR/profile.json
  try runtime seccomp record --output "$PROFILE" "$BUNDLE"
  expect_report 4 1
  cd "$BATS_TEST_TMPDIR"
  try runtime seccomp record -o here.json bundle
  [ "$status" = 4 ] && [ -s here.json ]
}

@test "seccomp record: signals go to the program, whose end is ours" {
  set_script 'trap "mkdir /tmp/term; exit 9" TERM; echo ready; while :; do sleep 0.05; done'
  record_in_background --bundle "$BUNDLE"
  wait_until has_content "$BATS_TEST_TMPDIR/stdout"
  kill -TERM "$background"
  finish_background
  expect_equal "$status $stdout" '9 ready'
  expect_allowed mkdir rt_sigaction
  set_script 'echo ready; sleep 1000'
  record_in_background --bundle "$BUNDLE"
  wait_until has_program "$ID" sleep
  runtime kill "$ID" KILL
  finish_background
  expect_equal "$status $stdout" '137 ready'
  expect_allowed write
}

@test "seccomp record: what outlives init in a kept container goes on" {
  update_config '.linux.namespaces |= map(select(.type != "pid"))'
  set_script '(while :; do usleep 1000; done) & exit 3'
  record --keep
  expect_equal "$status $stdout" '3 '
  for worker in $(processes_of "$ID"); do is_free_or_gone "$worker"; done
  [ -n "$worker" ]
  runtime delete --force "$ID"
  # Without --keep it is killed before we are done.
  set_script '(while :; do usleep 1000; done) & exit 3'
  record
  expect_equal "$status $stdout" '3 '
  expect_nothing_left
}

@test "seccomp record: a terminal" {
  update_config '.process.terminal = true'
  set_script 'tty; stty size'
  PROFILE=$BATS_TEST_TMPDIR/profile.json
  try script -qec "stty rows 11 cols 222; $RUNTIME --root $ROOT seccomp record -o $PROFILE -b $BUNDLE $ID" /dev/null
  expect_equal "$status" 0
  [[ "$stdout" == *$'/dev/pts/0\r\n11 222\r\n'* ]] || fail "$stdout"
  expect_allowed ioctl
}

@test "seccomp record: of hooks those that run under the filter" {
  need_tool
  update_config '.hooks = {
    startContainer: [{path: "/bin/mkdir", args: ["mkdir", "/tmp/hook"]}],
    poststart: [{path: "/bin/true"}], poststop: [{path: "/bin/true"}]}'
  record
  expect_report 7 2
  expect_allowed getpgid mkdir
  # The runtime's own.
  expect_denied clone3 pipe2 setpgid close_range
  rmdir "$BUNDLE/rootfs/tmp/hook"
  filter
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 7 '' ''
}

@test "seccomp record: the bundle's own filter is left out" {
  need_tool
  update_config '.linux.seccomp = {defaultAction: "SCMP_ACT_ERRNO"}'
  record
  expect_report 7 1
}

# The container gets the profile that was recorded.
filter() { update_config --slurpfile profile "$PROFILE" '.linux.seccomp = $profile[0]'; }

# What is done under it says that.
expect_filtered() {
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success "$1"
}

@test "seccomp record: the same run passes with its profile, one more call does not (P-17)" {
  script='cd /tmp; ls / | tr a-z A-Z | head -n 2; (sleep 0.01; id -u); trap "echo trapped" USR1; kill -USR1 $$'
  set_script "$script"
  record
  expect_equal "$status" 0
  filter
  expect_filtered $'BIN\nDEV\n0\ntrapped'
  set_script "$script; mkdir /tmp/new"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 1 $'BIN\nDEV\n0\ntrapped' "mkdir: can't create directory '/tmp/new': Operation not permitted"
  [ ! -e "$BUNDLE/rootfs/tmp/new" ]
  # With that run as well it may.
  cp "$PROFILE" "$BATS_TEST_TMPDIR/first.json"
  record --merge "$BATS_TEST_TMPDIR/first.json"
  expect_equal "$status" 0
  rmdir "$BUNDLE/rootfs/tmp/new"
  filter
  expect_filtered $'BIN\nDEV\n0\ntrapped'
  [ -d "$BUNDLE/rootfs/tmp/new" ]
}

@test "seccomp record: the same run passes, whoever the program runs as" {
  set_script 'id -u; grep -c . /proc/self/status >/dev/null'
  for change in '.process.user = {uid: 1000, gid: 1000}' '.process.noNewPrivileges = false' \
    '.process.capabilities = {}' '.linux.namespaces |= map(select(.type != "pid"))'; do
    update_config "del(.linux.seccomp) | $change"
    record
    expect_equal "$status" 0 "$change"
    user=$stdout
    filter
    expect_filtered "$user"
  done
}

@test "seccomp record: a sleep that is stopped while it was not recorded" {
  set_program sleep 2
  record
  filter
  run_container
  sleep 0.2
  runtime kill "$ID" STOP
  runtime pause "$ID"
  sleep 0.2
  runtime resume "$ID"
  runtime kill "$ID" CONT
  wait_until has_status "$ID" stopped
  expect_equal "$(<"$OUTPUT")" ''
}

set_python() {
  [ -x /usr/bin/python3 ] || skip 'python3 is not installed'
  set_program /usr/bin/python3 -u -c "$1"
}

@test "seccomp record: a program in Python" {
  add_mounts <<'END'
/usr   - /usr   rbind,ro
/lib   - /lib   rbind,ro
/lib64 - /lib64 rbind,ro
END
  program='import json, os, socket, subprocess, threading
print(json.dumps("bin" in os.listdir("/")))
thread = threading.Thread(target=lambda: print(subprocess.run(["/bin/echo", "child"]).returncode))
thread.start()
thread.join()
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()'
  set_python "$program"
  record --args socket
  expect_equal "$status" 0
  # Each run takes its own way through the memory.
  for _ in 1 2 3; do record --args socket --merge "$PROFILE"; done
  filter
  expect_filtered $'true\nchild\n0'
  set_python "$program"'
os.mkdir("/tmp/new")'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$status ${stderr##*$'\n'}" "1 PermissionError: [Errno 1] Operation not permitted: '/tmp/new'"
  set_python "$program"'
socket.socket(socket.AF_INET6)'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$status ${stderr##*$'\n'}" '1 PermissionError: [Errno 1] Operation not permitted'
}

@test "seccomp record --merge: what either run used" {
  set_script 'mkdir /tmp/one'
  record
  cp "$PROFILE" "$BATS_TEST_TMPDIR/one.json"
  set_script 'chmod 700 /tmp'
  update_config '.linux.seccomp = {defaultAction: "SCMP_ACT_ERRNO", architectures: ["SCMP_ARCH_X86"],
    syscalls: [{names: ["reboot", "brk"], action: "SCMP_ACT_ALLOW"},
      {names: ["socket"], action: "SCMP_ACT_ALLOW", args: [{index: 0, value: 1, op: "SCMP_CMP_EQ"}]},
      {names: ["mkdir"], action: "SCMP_ACT_ALLOW", args: [{index: 0, value: 1, op: "SCMP_CMP_EQ"}]}]}'
  record --merge "$BATS_TEST_TMPDIR/one.json" --merge "$BUNDLE/config.json"
  expect_equal "$status" 0
  expect_allowed mkdir chmod reboot brk
  expect_denied socket
  expect_equal "$(jq -c '[.architectures, .syscalls[1:]]' "$PROFILE")" \
    '[["SCMP_ARCH_X86","SCMP_ARCH_X86_64"],[{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"}]}]]'
  # It may be the output's own predecessor.
  cp "$PROFILE" "$BATS_TEST_TMPDIR/two.json"
  record --merge "$PROFILE"
  cmp "$PROFILE" "$BATS_TEST_TMPDIR/two.json"
}

@test "seccomp record --args: the values that were used" {
  set_script 'nc -w 1 127.0.0.1 9; true'
  record --args socket,clone,personality,prctl
  expect_equal "$status" 0
  expect_denied socket clone personality prctl
  expect_equal "$(jq -c '.syscalls[] | select(.args) | [.names[0], .args[0].value]' "$PROFILE" | paste -sd ' ')" \
    '["clone",18874385] ["prctl",15] ["prctl",16] ["socket",2]'
  expect_equal "$(jq -c '.syscalls[-1]' "$PROFILE")" \
    '{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":2,"op":"SCMP_CMP_EQ"}]}'
}

@test "seccomp record: a container that is created, and started by somebody else" {
  need_tool
  create "$ID"
  pid=$(state_of "$ID" pid)
  record_in_background
  wait_until is_traced "$pid"
  expect_equal "$(state_of "$ID" status)" created
  runtime start "$ID"
  finish_background
  expect_report 0 1
  expect_equal "$(allowed)" "$(tr ' ' '\n' <<<"$always getpgid" | sort | paste -sd ' ')"
  expect_equal "$(state_of "$ID" status)" stopped
}

@test "seccomp record: a created container that is deleted leaves no profile" {
  create "$ID"
  pid=$(state_of "$ID" pid)
  record_in_background
  wait_until is_traced "$pid"
  runtime delete --force "$ID"
  finish_background
  expect_error "seccomp record $ID: nothing was recorded: no program was started"
  [ ! -e "$PROFILE" ]
}

@test "seccomp record: a container that runs, until SIGTERM" {
  # A worker that has only forked, and one that sleeps all the time.
  set_script '(while :; do cd /tmp; cd /; usleep 1000; done) & sleep 1000'
  run_container
  wait_until has_program "$ID" sleep
  for signal in TERM INT HUP; do
    record_in_background
    for each in $(processes_of "$ID"); do wait_until was_seized "$each"; done
    sleep 0.1
    kill "-$signal" "$background"
    finish_background
    expect_equal "$status $stdout" '0 '
    expect_allowed chdir clock_nanosleep
    expect_denied mount
    wait_until is_free "$pid"
    for each in $(processes_of "$ID"); do wait_until is_free_or_gone "$each"; done
    expect_alive
  done
}

@test "seccomp record: a container that runs, until its end" {
  set_script 'while [ ! -e /tmp/end ]; do usleep 10000; done; mkdir /tmp/one; exit 3'
  run_container
  record_in_background
  wait_until is_traced "$pid"
  touch "$BUNDLE/rootfs/tmp/end"
  finish_background
  # The program's end is whose parent's it is, and not ours.
  expect_equal "$status $stdout" '0 '
  expect_allowed mkdir clock_nanosleep wait4
}

@test "seccomp record: who joins the container later is recorded, too" {
  set_program sleep 1000
  run_container
  record_in_background
  wait_until is_traced "$pid"
  # As `exec` will have it: cloned by somebody outside.
  sh -c 'read -r _; exec mkdir "$0"' "$BATS_TEST_TMPDIR/joined" < <(sleep 1; echo) &
  joiner=$!
  find /sys/fs/cgroup -path "*$ID*" -name cgroup.procs | while read -r file; do echo "$joiner" >"$file"; done
  wait_until is_traced "$joiner"
  wait "$joiner"
  kill "$background"
  finish_background
  expect_equal "$status" 0
  expect_allowed mkdir
}

@test "seccomp record: a killed recorder leaves the container alone" {
  set_script 'while :; do usleep 1000; done'
  run_container
  record_in_background
  wait_until is_traced "$pid"
  kill -KILL "$(tracer_of "$pid")"
  finish_background
  expect_error "seccomp record $ID: recorder: it was killed"
  expect_alive
  # And the same for the command.
  record_in_background
  wait_until is_traced "$pid"
  recorder=$(tracer_of "$pid")
  kill -KILL "$background"
  finish_background
  wait_until is_free "$pid"
  wait_until has_ended "$recorder"
  expect_alive
  expect_equal "$(awk '{ print ($3 ~ /[RSD]/) }' "/proc/$pid/stat")" 1 'it goes on'
  [ ! -e "$PROFILE" ]
}

@test "seccomp record: a run goes on without its killed recorder" {
  set_script 'echo ready; while [ ! -e /tmp/end ]; do usleep 10000; done; exit 3'
  record_in_background --bundle "$BUNDLE"
  wait_until has_content "$BATS_TEST_TMPDIR/stdout"
  pid=$(state_of "$ID" pid)
  kill -KILL "$(tracer_of "$pid")"
  wait_until is_free "$pid"
  expect_alive
  touch "$BUNDLE/rootfs/tmp/end"
  finish_background
  expect_outcome 1 ready "runtime: seccomp record $ID: recorder: it was killed"
  [ ! -e "$PROFILE" ]
}

@test "seccomp record: a killed run leaves the container and no recorder" {
  set_script 'echo ready; while :; do usleep 10000; done'
  record_in_background --bundle "$BUNDLE"
  wait_until has_content "$BATS_TEST_TMPDIR/stdout"
  pid=$(state_of "$ID" pid)
  recorder=$(tracer_of "$pid")
  kill -KILL "$background"
  finish_background
  wait_until has_ended "$recorder"
  is_free "$pid"
  expect_alive
}

@test "seccomp record: a container that stops and goes on" {
  set_script 'while [ ! -e /tmp/end ]; do usleep 10000; done; mkdir /tmp/one'
  run_container
  record_in_background
  wait_until is_traced "$pid"
  runtime kill "$ID" STOP
  sleep 0.1
  touch "$BUNDLE/rootfs/tmp/end"
  sleep 0.1
  expect_alive
  [ ! -e "$BUNDLE/rootfs/tmp/one" ]
  runtime pause "$ID"
  runtime kill "$ID" CONT
  sleep 0.1
  [ ! -e "$BUNDLE/rootfs/tmp/one" ]
  runtime resume "$ID"
  finish_background
  expect_equal "$status" 0
  expect_allowed mkdir
}

@test "seccomp record: neither stopped nor paused" {
  PROFILE=$BATS_TEST_TMPDIR/profile.json
  try runtime seccomp record --output "$PROFILE" "$ID"
  expect_error "seccomp record $ID: container \"$ID\" does not exist"
  set_program sleep 1000
  run_container
  runtime pause "$ID"
  try runtime seccomp record --output "$PROFILE" "$ID"
  expect_error "seccomp record $ID: container not running or created: paused"
  runtime resume "$ID"
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
  try runtime seccomp record --output "$PROFILE" "$ID"
  expect_error "seccomp record $ID: container not running or created: stopped"
  [ ! -e "$PROFILE" ]
}

@test "seccomp record: two recorders of one container" {
  set_program sleep 1000
  run_container
  record_in_background
  wait_until is_traced "$pid"
  try runtime seccomp record --output "$PROFILE" "$ID"
  expect_error "seccomp record $ID: recorder: process $pid is traced by process $(tracer_of "$pid")"
}

@test "seccomp record: a program that can't be run leaves no profile" {
  set_program nowhere
  record
  expect_error "seccomp record $ID: exec: \"nowhere\": executable file not found in \$PATH" 127
  printf '#!/nowhere\n' >"$BUNDLE/rootfs/bin/script"
  chmod 755 "$BUNDLE/rootfs/bin/script"
  set_program script
  record
  expect_equal "$status" 126
  [ ! -e "$PROFILE" ]
  expect_nothing_left
}

@test "seccomp record: what the command line lacks" {
  while IFS='|' read -r words error; do
    # shellcheck disable=SC2086 # words
    try runtime seccomp record $words
    expect_error "$error (see runtime --help)"
  done <<EOF
$ID|seccomp record: --output FILE is needed
--output x|seccomp record: exactly one argument, a bundle or the ID, is expected
--output x one two|seccomp record: exactly one argument, a bundle or the ID, is expected
--args mount $ID|seccomp record: option --args: "mount": names out of socket,clone,personality,prctl are expected
--args socket, $ID|seccomp record: option --args: "socket,": names out of socket,clone,personality,prctl are expected
--detach $ID|seccomp record: unknown option "--detach"
EOF
}

@test "seccomp record: where no profile can be written nothing is run" {
  set_script 'touch /tmp/ran'
  mkdir "$BATS_TEST_TMPDIR/folder"
  while IFS='|' read -r output error; do
    try runtime seccomp record --output "$output" --bundle "$BUNDLE" "$ID"
    expect_error "seccomp record: $output: $error"
  done <<EOF
$BATS_TEST_TMPDIR/folder|it is not a regular file
$BATS_TEST_TMPDIR/folder/.|it is not a regular file
$BATS_TEST_TMPDIR/folder/|a file name is missing
/dev/null|it is not a regular file
EOF
  try runtime seccomp record --output "$BATS_TEST_TMPDIR/none/x" --bundle "$BUNDLE" "$ID"
  expect_error "seccomp record: open $BATS_TEST_TMPDIR/none/: not found (ENOENT)"
  try unshare -m sh -c 'mount -t tmpfs -o ro none "$0"; exec "$@"' "$BATS_TEST_TMPDIR/folder" \
    "$RUNTIME" --root "$ROOT" seccomp record -o "$BATS_TEST_TMPDIR/folder/x" --bundle "$BUNDLE" "$ID"
  expect_error "seccomp record: $BATS_TEST_TMPDIR/folder/x: no file can be made in that folder"
  [ ! -e "$BUNDLE/rootfs/tmp/ran" ]
}

@test "seccomp record --merge: what can't be united" {
  set_script 'touch /tmp/ran'
  file=$BATS_TEST_TMPDIR/merged.json
  while IFS='|' read -r text error; do
    printf '%s' "$text" >"$file"
    record --merge "$file"
    expect_error "seccomp record: $file: $error"
  done <<'EOF'
{"defaultAction":"SCMP_ACT_LOG"}|/defaultAction: SCMP_ACT_LOG: only profiles that deny with SCMP_ACT_ERRNO can be united
{"linux":{"seccomp":{"defaultAction":"SCMP_ACT_KILL"}}}|/linux/seccomp/defaultAction: SCMP_ACT_KILL: only profiles that deny with SCMP_ACT_ERRNO can be united
{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["x"],"action":"SCMP_ACT_TRAP"}]}|/syscalls/0/action: SCMP_ACT_TRAP: only rules with SCMP_ACT_ALLOW can be united
{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38}|/defaultErrnoRet: 38: only profiles that deny with EPERM (1) can be united
{"ociVersion":"1.0.0"}|/linux/seccomp: there is none
{}|/defaultAction: missing
{"defaultAction":7}|/defaultAction: must be a string, not 7
EOF
  printf '{' >"$file"
  record --merge "$file"
  expect_error "seccomp record: $file:1:2: unexpected end of input"
  record --merge "$BATS_TEST_TMPDIR/none.json"
  expect_error "seccomp record: open $BATS_TEST_TMPDIR/none.json: not found (ENOENT)"
  record --merge "$BUNDLE"
  expect_error "seccomp record: $BUNDLE/config.json: /linux/seccomp: there is none"
  mkfifo "$BATS_TEST_TMPDIR/fifo"
  record --merge "$BATS_TEST_TMPDIR/fifo"
  expect_error "seccomp record: $BATS_TEST_TMPDIR/fifo: it is not a regular file"
  [ ! -e "$BUNDLE/rootfs/tmp/ran" ]
  [ ! -e "$PROFILE" ]
}
