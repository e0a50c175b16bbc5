#!/usr/bin/env bats
# SCMP_ACT_NOTIFY: an agent outside decides about calls (A-177). It is the tool seccomp-agent.
load helpers
load seccomp

teardown() {
  stop_agent
  delete_containers
  expect_nothing_left
}

readonly died='container init died before it became the program (a profile in /linux/seccomp has to allow execve, and capset without /process/noNewPrivileges)'

@test "notify agent: the container process state, member by member" {
  start_agent
  notify_of mkdir
  update_config '.linux.seccomp.listenerMetadata = "some \"text\"\n" | .annotations = {"a.b": "c"}'
  set_program sleep 1000
  create "$ID"
  wait_until has_content "$STATE"
  expect_equal "$(jq -Sc 'del(.state.created)' "$STATE")" "$(jq -Scn --arg id "$ID" --arg bundle "$BUNDLE" \
    --argjson pid "$(state_of "$ID" pid)" --arg version "$(jq -r .ociVersionMax <(runtime features))" '{
      ociVersion: $version, fds: ["seccompFd"], pid: $pid, metadata: "some \"text\"\n",
      state: {ociVersion: $version, id: $id, status: "creating", pid: $pid, bundle: $bundle,
        rootfs: ($bundle + "/rootfs"), annotations: {"a.b": "c"}}}')"
  runtime delete --force "$ID"
  # It ends with the last process under the filter.
  wait "$agent"
}

@test "notify agent: a state of a megabyte" {
  start_agent mkdir=errno:95
  notify_of mkdir
  # 4000 of 250 bytes, without a closing brace.
  update_config '.annotations = ([range(4000) | {key: "key\(.)", value: ("x" * 240)}] | from_entries)'
  expect_inside 'mkdir /tmp/one 2>/dev/null || echo denied' denied
  expect_equal "$(jq '.state.annotations | length' "$STATE")" 4000
}

@test "notify agent: without metadata there is no such member" {
  start_agent
  notify_of mkdir
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ''
  expect_equal "$(jq -c 'keys_unsorted' "$STATE")" '["ociVersion","fds","pid","state"]'
}

@test "notify agent: its answers are the calls' results, in children too" {
  install_tool CALL
  start_agent getpid=value:4242 getuid=errno:95 getgid=continue mkdir=errno:95
  notify_of getpid getuid getgid mkdir geteuid
  expect_calls $getpid $getuid $getgid $geteuid -- 4242 EOPNOTSUPP 0 0
  expect_equal "$(<"$ASKED")" $'getpid\ngetuid\ngetgid\ngeteuid'
  start_agent mkdir=errno:95
  expect_inside '(mkdir /tmp/one) 2>&1; (exec sh -c "mkdir /tmp/two; echo \$?") 2>&1; ls /tmp' \
    "mkdir: can't create directory '/tmp/one': Operation not supported
mkdir: can't create directory '/tmp/two': Operation not supported
1"
  start_agent mkdir=value:0
  expect_inside 'mkdir /tmp/one && ls /tmp' ''
  start_agent mkdir=continue
  expect_inside 'mkdir /tmp/one && ls /tmp' 'one'
}

@test "notify agent: what the container may not do itself" {
  start_agent mkdir=mkdir mount=mount
  notify_of mkdir mount
  update_config '.process.user = {uid: 1000, gid: 1000} | .process.capabilities = {}'
  expect_inside 'mkdir /etc/made && ls -d /etc/made; mount -t tmpfs none /etc/made && grep -c " /etc/made tmpfs " /proc/mounts
    ln -s ../../../../../../etc /tmp/link; mkdir /tmp/link/more && ls -d /etc/more' \
    $'/etc/made\n1\n/etc/more'
  [ -d "$BUNDLE/rootfs/etc/more" ]
}

@test "notify agent: in a user namespace" {
  map_ids 0 100000 65536
  chown -R 100000:100000 "$BUNDLE/rootfs"
  local member
  for member in true false; do
    start_agent mkdir=mkdir mount=mount
    notify_of mkdir mount
    update_config ".process.noNewPrivileges = $member"
    # Made by the agent, who is nobody here.
    expect_inside 'mkdir /tmp/made && stat -c %u /tmp/made; mount -t tmpfs none /tmp/made && grep -c " /tmp/made tmpfs " /proc/mounts' $'65534\n1'
    rmdir "$BUNDLE/rootfs/tmp/made"
  done
}

@test "notify agent: with noNewPrivileges and without, run and create" {
  local member
  for member in true false; do
    start_agent mkdir=errno:95
    notify_of mkdir
    update_config ".process.noNewPrivileges = $member"
    set_script 'mkdir /tmp/one 2>/dev/null || grep -e CapPrm -e NoNewPrivs /proc/self/status | sed "s/.*\t//"'
    try runtime run --bundle "$BUNDLE" "$ID"
    [[ $stdout = *$'\n'[01] ]] || fail "$stdout"
    local wanted=$stdout
    start_agent mkdir=errno:95
    create "$ID"
    # Before the start, too, it has no more than the program will have.
    expect_equal "$(sed -n 's/CapPrm:\t//p' "/proc/$(state_of "$ID" pid)/status")" "${wanted%$'\n'*}"
    runtime start "$ID"
    wait_until has_status "$ID" stopped
    expect_equal "$(<"$OUTPUT")" "$wanted"
    runtime delete "$ID"
  done
}

@test "notify agent: every call there is, the runtime's own included" {
  local -a names
  mapfile -t names < <("${CALL_NAMES:-false}" 480 | awk '$1 == "x86_64" { print $3 }')
  [ "${#names[@]}" -gt 300 ] || skip 'the tool call-names is not built (CALL_NAMES is not set)'
  local member
  for member in true false; do
    start_agent
    notify_of "${names[@]}"
    update_config ".process.noNewPrivileges = $member"
    set_program echo through
    try timeout 20 "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
    expect_success through
    wait "$agent"
    expect_equal "$(grep -cx execve "$ASKED")" 1
    start_agent
    # What the program writes goes where create's output does, and must not be taken for start's.
    timeout 20 "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" >"$OUTPUT" 2>&1 3>&-
    try timeout 20 "$RUNTIME" --root "$ROOT" start "$ID"
    expect_success ''
    wait_until has_status "$ID" stopped
    expect_equal "$(<"$OUTPUT")" through
    runtime delete "$ID"
    wait "$agent"
  done
}

@test "notify agent: the program's execve may be what it decides about" {
  start_agent execve=errno:13
  notify_of execve
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: exec: \"/bin/true\": permission denied" 126
  expect_nothing_left
}

@test "notify agent: one that can't be reached" {
  AGENT=$BATS_TEST_TMPDIR/agent
  notify_of mkdir
  local place="config.json: /linux/seccomp/listenerPath: connect $AGENT"
  expect_refusal "$place: not found (ENOENT)"
  # Nobody listens any more.
  start_agent
  kill "$agent"
  wait "$agent" || true
  expect_refusal "$place: Connection refused (ECONNREFUSED)"
  rm "$AGENT"
  echo >"$AGENT"
  expect_refusal "$place: Connection refused (ECONNREFUSED)"
  update_config '.linux.seccomp.listenerPath = "/nowhere/agent"'
  expect_refusal 'config.json: /linux/seccomp/listenerPath: open /nowhere/: not found (ENOENT)'
  # It has to be there only for who is to be asked.
  update_config '.linux.seccomp.syscalls[0].action = "SCMP_ACT_ERRNO"'
  expect_inside 'mkdir /tmp/one 2>/dev/null || echo denied' denied
}

@test "notify agent: one that hangs up at once" {
  start_agent --hang-up
  notify_of mkdir
  # The message is sent behind this hook; with the connection taken late, it would be in time.
  update_config --arg script "while grep -qs '^State:	[^ZX]' /proc/$agent/status; do sleep 0.01; done" \
    '.hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", $script]}]'
  expect_refusal 'config.json: /linux/seccomp/listenerPath: the agent closed the connection'
}

@test "notify agent: one that does not read" {
  AGENT=$BATS_TEST_TMPDIR/deaf
  socat -u "UNIX-LISTEN:$AGENT" 'EXEC:sleep 100' 3>&- &
  agent=$!
  wait_until test -S "$AGENT"
  notify_of mkdir
  # More than a socket's buffer.
  update_config '.annotations = ([range(4000) | {key: "key\(.)", value: ("x" * 240)}] | from_entries)'
  expect_refusal 'config.json: /linux/seccomp/listenerPath: the agent does not read'
}

@test "notify agent: one that ends after the hand-over leaves ENOSYS" {
  start_agent --leave
  notify_of mkdir
  expect_inside 'mkdir /tmp/one 2>&1; echo alive' $'mkdir: can\'t create directory \'/tmp/one\': Function not implemented\nalive'
  # Also while the program runs.
  start_agent mkdir=errno:95
  set_script 'mkdir /tmp/one 2>/tmp/first; while [ ! -e /tmp/go ]; do sleep 0.02; done; mkdir /tmp/one 2>&1; echo alive'
  create "$ID"
  runtime start "$ID"
  wait_until has_content "$BUNDLE/rootfs/tmp/first"
  kill "$agent"
  wait "$agent" || true
  touch "$BUNDLE/rootfs/tmp/go"
  wait_until has_status "$ID" stopped
  expect_equal "$(<"$OUTPUT")" $'mkdir: can\'t create directory \'/tmp/one\': Function not implemented\nalive'
}

@test "notify agent: one that does not answer holds nobody up but the container" {
  start_agent mkdir=hold
  notify_of mkdir
  set_program mkdir /tmp/one
  create "$ID"
  runtime start "$ID"
  wait_until has_content "$ASKED"
  has_status "$ID" running
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
  runtime delete "$ID"
  # The program itself is what it is asked about, and start waits for that.
  start_agent execve=hold
  notify_of execve
  # Nobody buries it before start has looked: then SIGKILL could have ended the program.
  create_below_reaper
  runtime_in_background start "$ID"
  wait_until has_content "$ASKED"
  expect_equal "$(state_of "$ID" status)" created
  stop_process "$reaper"
  runtime kill "$ID" KILL
  finish_background
  expect_error "start $ID: container init was killed before it became the program"
  finish_reaper
  runtime delete "$ID"
}

@test "notify agent: a path that is longer than a socket's address" {
  local folder
  folder=$BATS_TEST_TMPDIR/$(printf 'x%.0s' {1..120})
  mkdir "$folder"
  AGENT=$folder/agent
  start_agent mkdir=errno:95
  notify_of mkdir
  expect_inside 'mkdir /tmp/one 2>/dev/null || echo denied' denied
}

@test "notify agent: WAIT_KILLABLE_RECV, TSYNC" {
  local flags
  for flags in '["WAIT_KILLABLE_RECV"]' '["TSYNC"]' '["TSYNC", "WAIT_KILLABLE_RECV", "LOG", "SPEC_ALLOW"]'; do
    start_agent mkdir=errno:95
    notify_of mkdir
    update_config --argjson flags "$flags" '.linux.seccomp.flags = ($flags | map("SECCOMP_FILTER_FLAG_" + .))'
    expect_inside 'mkdir /tmp/one 2>/dev/null || echo denied' denied
  done
}

@test "notify agent: the container has nothing of it" {
  start_agent
  notify_of mkdir
  set_fd_lister
  runtime run --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1 3>&-
  expect_equal "$(fds_inside)" '0 /dev/null 1 /dev/null 2 /dev/null'
}

@test "notify agent: an init that dies under the filter before it is started" {
  start_agent
  notify_of mkdir
  # By what it waits for the start with.
  update_config '.linux.seccomp.syscalls += [{names: ["recvmsg", "accept4", "accept", "poll", "ppoll"], action: "SCMP_ACT_KILL_PROCESS"}]'
  # It may have time to say that it is ready, and the container to be recorded.
  local said="container init was killed by signal 31|the container.s init has ended|${died//[()]/.}"
  try timeout 20 "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  [[ $status = 1 && $stderr =~ ^"runtime: run $ID: "($said)$ ]] || fail "$status $stderr"
  expect_nothing_left
  start_agent
  try timeout 20 "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
  [ "$status" = 0 ] || [[ $status = 1 && $stderr = "runtime: create $ID: container init was killed by signal 31" ]] ||
    fail "$status $stderr"
  runtime delete --force "$ID"
}

@test "notify agent: exec, whose process is killed before it has a filter" {
  start_agent
  notify_of mkdir
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  try strace -f -o /dev/null -e trace=seccomp -e inject=seccomp:signal=KILL \
    "$RUNTIME" --root "$ROOT" exec "$ID" true
  expect_error "exec $ID: the process was killed by signal 9" 255
  try strace -f -o /dev/null -e trace=seccomp -e inject=seccomp:signal=KILL \
    "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID-other"
  expect_error "create $ID-other: container init was killed by signal 9"
}
