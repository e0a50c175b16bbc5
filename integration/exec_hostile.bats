#!/usr/bin/env bats
# exec into a container that lays hold of whatever appears in it, before that has become the program
# (S-22; docs/decisions/exec.md, "Two clones and not one").
load helpers
load seccomp

EXECS=${EXECS:-1000}

# pry_at_execs: a container whose init attacks, and what it got hold of in that many execs.
pry_at_execs() {
  needs_tool PRY
  local count seen
  pried=$BATS_TEST_TMPDIR/pried
  cp "$PRY" "$BUNDLE/rootfs/bin/pry"
  set_program /bin/pry /bin/busybox
  runtime run --detach --bundle "$BUNDLE" "$ID" >"$pried" 2>&1 3>&-
  wait_until grep -qx ready "$pried"
  for ((count = 0; count < EXECS; ++count)); do
    runtime exec "$ID" true 3>&- || fail "exec $count"
  done
  runtime kill "$ID" TERM
  wait_until grep -q '^processes' "$pried"
  seen=$(sed -n 's/^processes //p' "$pried")
  # Not all: it may be kept from looking just then.
  [ "$seen" -ge $((EXECS / 5)) ] || fail "only $seen processes were seen"
  pried=$(grep -vx 'ready\|processes .*' "$pried" | sed 's/:\[[0-9]*\]//' | sort | uniq -c)
}

may_trace() { update_config '.process.capabilities |= map_values(. + ["CAP_SYS_PTRACE"])'; }

@test "exec: with a user namespace nothing can be laid hold of before it is the program" {
  map_ids 0 100000 65536
  may_trace
  pry_at_execs
  expect_equal "$pried" ''
}

# Where it comes in past the limit (docs/decisions/exec.md), it is there before it is in the cgroup.
@test "exec: into a full container neither, and where it may not trace" {
  update_config '.linux.resources.pids.limit = 1'
  EXECS=$((EXECS / 10)) pry_at_execs
  expect_equal "$pried" ''
  runtime delete "$ID"
  map_ids 0 100000 65536
  may_trace
  EXECS=$((EXECS / 10)) pry_at_execs
  expect_equal "$pried" ''
}

@test "exec: without, only what is the container's own" {
  may_trace
  pry_at_execs
  # Who may trace gets hold of it. What there is to get: the container's root, a copy of the runtime that
  # can't be written to, the program's streams and the socket on which the runtime waits.
  expect_equal "$(grep -vxE ' *[0-9]+ (root /|cwd /|exe /memfd:runtime \(deleted\)|mem|process_vm_readv|ptrace|rights .*|pidfd_getfd|fd [012] .*|fd [0-9]+ socket)' <<<"$pried")" ''
  grep -q 'root /' <<<"$pried" || fail "it got hold of nothing: $pried"
}

# --- and a filter ----------------------------------------------------------------------------

# use_filter [PROFILE]: may_trace with that filter, or else the default one.
use_filter() {
  may_trace
  local profile=${1:-}
  [ -n "$profile" ] || profile=$(runtime seccomp default)
  update_config --argjson profile "$profile" '.linux.seccomp = $profile'
}

# Both with noNewPrivileges, under which loading a filter takes no privilege, and without.
each_privilege() {
  local denied
  for denied in false true; do
    update_config --argjson denied $denied '.process.noNewPrivileges = $denied'
    "$@"
    runtime delete --force "$ID"
  done
}

expect_filtered() {
  local rights
  EXECS=$((EXECS / 5)) pry_at_execs
  rights=$(grep -o 'rights .*' <<<"$pried" | sed 's/ *$//' | sort -u)
  expect_equal "$rights" 'rights CapPrm: 0000000020080420 Seccomp: 2'
}

@test "exec: nor anything that has CAP_SYS_ADMIN, or hasn't got its filter yet" {
  use_filter '{"defaultAction": "SCMP_ACT_ALLOW"}'
  each_privilege expect_filtered
}

start_sleeper() {
  set_program sleep 1000
  runtime run --detach --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-
}

# What a program finds around it, by each way in; the last line is its status.
look_around() {
  local console=$BATS_TEST_TMPDIR/console report=$BATS_TEST_TMPDIR/report screen=$BATS_TEST_TMPDIR/screen
  # shellcheck disable=SC2016 # the container's shell's
  local script='grep -e Seccomp: -e CapPrm -e CapEff -e NoNewPrivs -e Sig[BIC] -e Groups /proc/self/status
    grep -e processes -e "open files" /proc/self/limits; id -u; umask; pwd; ls /proc/self/fd; cat /proc/self/oom_score_adj
    [ $(cut -d" " -f6 /proc/$$/stat) = $$ ] && echo leader; cut -d" " -f4,5,7 /proc/$$/stat | sed "s/ $$ / own /"'
  start_sleeper
  runtime exec --user 1000 --cap CAP_KILL "$ID" sh -c "$script; exit 7" 2>&1 || echo "$?"
  runtime exec "$ID" sh -c "$script" 2>&1
  runtime exec --detach "$ID" sh -c "($script) >/tmp/detached 2>&1; mv /tmp/detached /tmp/done" || echo "$?"
  wait_until test -e "$BUNDLE/rootfs/tmp/done"
  cat "$BUNDLE/rootfs/tmp/done"
  rm "$BUNDLE/rootfs/tmp/done"
  rm -f "$console" "$report"
  "$RECEIVE_CONSOLE" "$console" "$report" >"$screen" 2>&1 3>&- </dev/null &
  wait_until test -S "$console"
  runtime exec --detach --tty --console-socket "$console" "$ID" sh -c "tty; $script"
  wait "$!"
  cat "$screen"
  runtime exec "$ID" nothing 2>&1 || echo "$?"
  runtime exec "$ID" /etc/passwd 2>&1 || echo "$?"
  runtime delete --force "$ID"
}

# As without the right to trace, where the program loads its filter itself.
expect_same_program() {
  local capabilities wanted
  capabilities=$(jq .process.capabilities "$BUNDLE/config.json")
  update_config '.process.capabilities |= map_values(. - ["CAP_SYS_PTRACE"])'
  wanted=$(look_around | grep -v Cap)
  update_config --argjson all "$capabilities" '.process.capabilities = $all'
  expect_equal "$(look_around | grep -v Cap)" "$wanted"
  grep -q leader <<<"$wanted" || fail "$wanted"
}

# The default profile denies clone3 by ENOSYS, as Docker's does, and clone with flags for namespaces.
@test "exec: where somebody may trace it the program is the same, and its terminal and limits" {
  needs_tool RECEIVE_CONSOLE
  local profile
  # Limits that would hinder whoever clones it.
  update_config '.process.rlimits = [
    {type: "RLIMIT_NOFILE", soft: 10, hard: 11}, {type: "RLIMIT_NPROC", soft: 1, hard: 2}]'
  for profile in '' '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
      {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
      {"names": ["close_range"], "action": "SCMP_ACT_ERRNO"}]}'; do
    use_filter "$profile"
    each_privilege expect_same_program
  done
}

# deny NAME ACTION: the container's profile denies that call, and only that.
deny() {
  local config=$ROOT/$ID/config.json
  # Not the bundle's, because the container is to run.
  jq -c --arg name "$1" --arg action "SCMP_ACT_$2" '.linux.seccomp.syscalls = [{names: [$name], action: $action}]' \
    "$config" >"$BATS_TEST_TMPDIR/new"
  cp "$BATS_TEST_TMPDIR/new" "$config"
}

# expect_denied NAME REASON: no program gets in where that call is denied.
expect_denied() {
  deny "$1" ERRNO
  try runtime exec "$ID" true
  expect_error "exec $ID: $2" 255
  wait_until has_processes 1
}

expect_killed() {
  deny "$1" KILL_PROCESS
  try runtime exec "$ID" true
  [[ $stderr == "runtime: exec $ID: $unheard "* ]] || fail "$stderr"
  expect_equal "$status" 255
  wait_until has_processes 1
}

@test "exec: where somebody may trace it a profile has to allow the last calls" {
  local name
  local reason='in a container with CAP_SYS_PTRACE /linux/seccomp has to allow what exec does last'
  local unheard='the process, to which /linux/seccomp has to allow clone, sendmsg, setsid, ioctl, prlimit64, prctl, recvmsg, poll and execve in a container with CAP_SYS_PTRACE,'
  use_filter '{"defaultAction": "SCMP_ACT_ALLOW"}'
  update_config '.process |= . + {noNewPrivileges: true, rlimits: [{type: "RLIMIT_NOFILE", soft: 99, hard: 99}]}'
  start_sleeper
  for name in clone setsid poll; do
    expect_denied $name "$reason: $name: not permitted (EPERM)"
  done
  expect_denied prctl "$reason: prctl PR_SET_PDEATHSIG: not permitted (EPERM)"
  expect_denied sendmsg "$unheard ended with status 1"
  for name in clone setsid prlimit64 prctl poll sendmsg execve; do expect_killed $name; done
  runtime delete --force "$ID"
  update_config '.process.noNewPrivileges = false'
  start_sleeper
  expect_denied capset '/linux/seccomp: capset: not permitted (EPERM)'
}

@test "exec: where somebody may trace it a profile that notifies takes noNewPrivileges" {
  start_agent mkdir=errno:95
  notify_of mkdir
  may_trace
  update_config '.process.noNewPrivileges = false'
  start_sleeper
  try runtime exec "$ID" true
  expect_error "exec $ID: /linux/seccomp: with SCMP_ACT_NOTIFY it takes /process/noNewPrivileges (--no-new-privs) to enter a container that has CAP_SYS_PTRACE: CAP_SYS_ADMIN would be in its reach" 255
  # An agent has one program to decide about.
  start_agent mkdir=errno:95
  try runtime exec --no-new-privs "$ID" sh -c 'mkdir /tmp/x 2>&1'
  expect_outcome 1 "mkdir: can't create directory '/tmp/x': Operation not supported" ''
  stop_agent
}
