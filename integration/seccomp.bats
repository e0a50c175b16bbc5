#!/usr/bin/env bats
# linux.seccomp by its effects (A-171 to A-176, S-46, S-47). The program `call` makes the calls.
# What a listener decides is in seccomp_notify.bats, what a profile says of every number in
# seccomp_matrix.bats.
load helpers
load seccomp

# --- actions ---------------------------------------------------------------------------------

# What the program says when it is created first, and then started.
expect_started_output() {
  create "$ID"
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  expect_equal "$(<"$OUTPUT")" "$1"
  runtime delete "$ID"
}

@test "seccomp: ERRNO is EPERM, or what errnoRet says" {
  install_tool CALL
  set_profile '{defaultAction: act("ALLOW"), syscalls: [
    rule("ERRNO"; "sched_yield"),
    (rule("ERRNO"; "getuid", "getgid") | .errnoRet = 77),
    (rule("ERRNO"; "getppid") | .errnoRet = 0),
    (rule("ERRNO"; "getpgrp") | .errnoRet = 4095)]}'
  expect_calls $sched_yield $getuid $getgid $getppid $getpgrp $getpid -- EPERM EBADFD EBADFD 0 -4095 1
}

@test "seccomp: the default is ERRNO, with and without defaultErrnoRet" {
  install_tool CALL
  set_profile '{defaultAction: act("ERRNO"), syscalls: [rule("ALLOW"; $own[]), rule("ALLOW"; "close_range")]}'
  expect_calls $sched_yield $getppid -- EPERM EPERM
  update_config '.linux.seccomp.defaultErrnoRet = 77'
  expect_calls $sched_yield $getppid -- EBADFD EBADFD
}

@test "seccomp: ALLOW and LOG let a call pass, TRACE without a tracer is ENOSYS" {
  install_tool CALL
  set_profile '{defaultAction: act("ERRNO"), syscalls: [rule("ALLOW"; $own[]),
    rule("ALLOW"; "getpid"), rule("LOG"; "getpgrp"), rule("TRACE"; "getuid"),
    (rule("TRACE"; "getgid") | .errnoRet = 65535)]}'
  expect_calls $getpid $getpgrp $getuid $getgid $sched_yield -- 1 1 ENOSYS ENOSYS EPERM
  set_profile '{defaultAction: act("LOG"), syscalls: [rule("ERRNO"; "getuid")]}'
  expect_calls $getpid $getuid -- 1 EPERM
}

@test "seccomp: TRAP is a SIGSYS that can be handled" {
  install_tool CALL
  set_profile '{defaultAction: act("ALLOW"), syscalls: [rule("TRAP"; "sched_yield")]}'
  expect_calls --handle $getpid $sched_yield -- 1 "SIGSYS $sched_yield"
  expect_killed $sched_yield
}

@test "seccomp: KILL_PROCESS ends the process, KILL and KILL_THREAD the thread" {
  install_tool CALL
  local action
  for action in KILL KILL_THREAD KILL_PROCESS; do
    set_profile "{defaultAction: act(\"ALLOW\"), syscalls: [rule(\"$action\"; \"sched_yield\")]}"
    expect_killed $sched_yield
    # Nothing can be done about it.
    expect_killed --handle $sched_yield
    if [ "$action" = KILL_PROCESS ]; then
      expect_killed --thread $sched_yield
    else
      expect_calls --thread $sched_yield -- 'the thread is gone'
    fi
  done
}

# --- conditions ------------------------------------------------------------------------------

@test "seccomp: every operator, on all 64 bits of an argument" {
  install_tool CALL
  # 2^32 + 5
  set_profile '4294967301 as $value | {defaultAction: act("ALLOW"), syscalls: (
    [["sched_yield", "NE"], ["getuid", "LT"], ["getgid", "LE"], ["geteuid", "EQ"], ["getegid", "GE"], ["getppid", "GT"]] |
    map(. as [$name, $op] | rule("ERRNO"; $name) | .args = [arg(2; $op; $value)]))}'
  local argument expected call calls
  while read -r argument expected; do
    calls=()
    for call in $sched_yield $getuid $getgid $geteuid $getegid $getppid; do calls+=("$call,0,0,$argument"); done
    # shellcheck disable=SC2086 # words
    expect_calls "${calls[@]}" -- $expected
  done <<'END'
0x100000005        0     0     EPERM EPERM EPERM 0
0x100000004        EPERM EPERM EPERM 0     0     0
0x100000006        EPERM 0     0     0     EPERM EPERM
0x5                EPERM EPERM EPERM 0     0     0
0x200000005        EPERM 0     0     0     EPERM EPERM
0x200000000        EPERM 0     0     0     EPERM EPERM
0xffffffff         EPERM EPERM EPERM 0     0     0
0xffffffffffffffff EPERM 0     0     0     EPERM EPERM
END
}

@test "seccomp: MASKED_EQ, whose value is the mask and valueTwo what is under it" {
  install_tool CALL
  # The mask 0x10000000f, 0x100000003 under it; and bits outside of a mask, which do not count.
  set_profile '{defaultAction: act("ALLOW"), syscalls: [
    (rule("ERRNO"; "getuid") | .args = [arg(0; "MASKED_EQ"; 4294967311) | .valueTwo = 4294967299]),
    (rule("ERRNO"; "getgid") | .args = [arg(4; "MASKED_EQ"; 15) | .valueTwo = 255])]}'
  expect_calls "$getuid,0x100000003" "$getuid,0x3" "$getuid,0x3000000f3" "$getuid,0x100000007" \
    "$getgid,0,0,0,0,15" "$getgid,0,0,0,0,0x10000001f" "$getgid,0,0,0,0,7" -- \
    EPERM 0 EPERM 0 EPERM EPERM 0
}

@test "seccomp: conditions on several arguments hold together, of several on one each is enough" {
  install_tool CALL
  set_profile '{defaultAction: act("ALLOW"), syscalls: [
    (rule("ERRNO"; "getuid") | .args = [arg(0; "EQ"; 1), arg(1; "EQ"; 2), arg(4; "GT"; 3)]),
    (rule("ERRNO"; "getgid") | .args = [arg(0; "EQ"; 1), arg(1; "EQ"; 2), arg(0; "EQ"; 3)])]}'
  expect_calls "$getuid,1,2,0,0,4" "$getuid,1,2,0,0,3" "$getuid,1,3,0,0,4" "$getuid,2,2,0,0,4" \
    "$getgid,1,9" "$getgid,3,9" "$getgid,9,2" "$getgid,9,9" -- \
    EPERM 0 0 0 EPERM EPERM EPERM 0
}

@test "seccomp: a rule without conditions beats those with, of which the first that holds decides" {
  install_tool CALL
  set_profile '{defaultAction: act("ALLOW"), syscalls: [
    (rule("ERRNO"; "getuid", "getgid") | .errnoRet = 1 | .args = [arg(0; "EQ"; 1)]),
    (rule("ERRNO"; "getuid", "getgid") | .errnoRet = 2 | .args = [arg(1; "EQ"; 1)]),
    (rule("ERRNO"; "getgid") | .errnoRet = 3),
    (rule("ERRNO"; "getgid") | .errnoRet = 4)]}'
  expect_calls "$getuid,1,1" "$getuid,0,1" "$getuid" "$getgid,1,1" "$getgid" -- EPERM ENOENT 0 ESRCH ESRCH
}

@test "seccomp: a rule that says what the default says is none" {
  install_tool CALL
  set_profile '{defaultAction: act("ALLOW"), syscalls: [rule("ALLOW"; "getuid"),
    (rule("ERRNO"; "getuid") | .args = [arg(0; "EQ"; 1)])]}'
  expect_calls "$getuid,1" "$getuid" -- EPERM 0
  # The same verdict, whether errnoRet says it or nothing does.
  set_profile '{defaultAction: act("ERRNO"), syscalls: [rule("ALLOW"; $own[]),
    (rule("ERRNO"; "getuid") | .errnoRet = 1), (rule("ALLOW"; "getuid") | .args = [arg(0; "EQ"; 1)])]}'
  expect_calls "$getuid,1" "$getuid" -- 0 EPERM
}

# --- architectures, names, numbers -----------------------------------------------------------

@test "seccomp: another architecture's calls are killed unless it is listed (S-47)" {
  install_tool CALL
  set_profile '{defaultAction: act("ALLOW"), syscalls: [rule("ERRNO"; "sched_yield")]}'
  expect_calls $sched_yield $getpid -- EPERM 1
  expect_killed i386:158
  expect_killed i386:20
  expect_killed x32:$sched_yield
  expect_killed x32:$getpid
  update_config '.linux.seccomp.architectures = ["SCMP_ARCH_X86"]'
  expect_calls $sched_yield i386:158 i386:20 $getpid -- EPERM EPERM 1 1
  expect_killed x32:$sched_yield
  update_config '.linux.seccomp.architectures = ["SCMP_ARCH_X32"]'
  expect_calls $sched_yield x32:$sched_yield -- EPERM EPERM
  expect_killed i386:20
  update_config '.linux.seccomp.architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_X86"]'
  expect_calls $sched_yield i386:158 x32:$sched_yield i386:20 -- EPERM EPERM EPERM 1
}

@test "seccomp: architectures of other machines, and one that libseccomp lacks" {
  install_tool CALL
  set_profile '{defaultAction: act("ALLOW"), architectures: ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_RISCV64"],
    syscalls: [rule("ERRNO"; "sched_yield")]}'
  expect_calls $sched_yield $getpid -- EPERM 1
  jq -e '.linux.seccomp.archs | index("SCMP_ARCH_SH")' <(runtime features) >"$OUTPUT" && skip 'this libseccomp has SCMP_ARCH_SH'
  update_config '.linux.seccomp.architectures += ["SCMP_ARCH_SH"]'
  expect_refusal "config.json: /linux/seccomp/architectures/4: SCMP_ARCH_SH is unknown to libseccomp $(jq -r '.annotations["io.github.seccomp.libseccomp.version"]' <(runtime features))"
}

@test "seccomp: i386 has 32 bits of an argument" {
  install_tool CALL
  set_profile '{defaultAction: act("ALLOW"), architectures: ["SCMP_ARCH_X86", "SCMP_ARCH_X32"], syscalls: [
    (rule("ERRNO"; "sched_yield") | .args = [arg(0; "EQ"; 5)]),
    (rule("ERRNO"; "getppid") | .args = [arg(0; "GT"; 2147483647)])]}'
  expect_calls i386:158,5 i386:158,0x100000005 i386:158,6 "$sched_yield,0x100000005" \
    i386:64,0x7fffffff i386:64,0x80000000 i386:64,-1 -- EPERM EPERM 0 0 0 EPERM EPERM
}

@test "seccomp: socket is also a call of i386's socketcall (S-47)" {
  install_tool CALL
  set_profile '{defaultAction: act("ALLOW"), architectures: ["SCMP_ARCH_X86"], syscalls: [rule("ERRNO"; "socket")]}'
  # socketcall is of 1, socket; of 2, bind, whose arguments are nowhere.
  expect_calls 41,1,1 i386:359,1,1 i386:102,1 i386:102,2 -- EPERM EPERM EPERM EFAULT
  # A family of sockets can't be told by socketcall, where arguments are in memory: all are denied.
  update_config '.linux.seccomp.syscalls[0].args = [{index: 0, value: 38, op: "SCMP_CMP_EQ"}]'
  expect_calls 41,38,5 i386:359,38,5 i386:102,1 i386:102,2 41,1,1 i386:359,1,1 -- EPERM EPERM EPERM EFAULT 3 4
}

@test "seccomp: names that no architecture has are left out, as the debug log says" {
  install_tool CALL
  # breakpoint is one of ARM's.
  set_profile '{defaultAction: act("ALLOW"), syscalls: [rule("ERRNO"; "getuid", "no_such_call", "breakpoint"), rule("KILL"; "get uid\n")]}'
  set_program call $getuid
  # Every engine's profile has some, and without a log warnings would be words of the container's.
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success EPERM
  try runtime --debug run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stdout" '0 EPERM'
  grep -qE '^time="[^"]*" level=debug msg="config\.json: /linux/seccomp/syscalls: 2 name\(s\) unknown to libseccomp [0-9.]+ and left out: no_such_call, .*uid.*"$' <<<"$stderr" ||
    fail "$stderr"
  set_profile '{defaultAction: act("ALLOW"), syscalls: [rule("ERRNO"; "getuid", (range(20) | "new_\(.)"))]}'
  try runtime --debug run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stdout" '0 EPERM'
  [[ $stderr = *': 20 name(s) unknown to libseccomp '*' and left out: new_0, new_1, new_2, new_3, new_4, new_5, new_6, new_7, …"'* ]] ||
    fail "$stderr"
}

@test "seccomp: calls newer than the profile are ENOSYS (A-175, S-47)" {
  install_tool CALL
  # faccessat2, 439, is the last that is named; clone3, 435, is none of them.
  set_profile '{defaultAction: act("ERRNO"), defaultErrnoRet: 77, architectures: ["SCMP_ARCH_X86", "SCMP_ARCH_X32"],
    syscalls: [rule("ALLOW"; $own[]), rule("ALLOW"; "faccessat2")]}'
  # x32's set_robust_list is its 530.
  expect_calls 435 438 440 450 1000 i386:435 i386:440 x32:435 x32:440 x32:531 -- \
    EBADFD EBADFD ENOSYS ENOSYS ENOSYS EBADFD ENOSYS EBADFD EBADFD ENOSYS
  # A rule that says what the default says counts for how old the profile is.
  update_config '.linux.seccomp.syscalls += [{names: ["epoll_pwait2"], action: "SCMP_ACT_ERRNO", errnoRet: 77}]'
  expect_calls 440 441 442 -- EBADFD EBADFD ENOSYS
  # Also instead of a kill.
  set_profile '{defaultAction: act("KILL_PROCESS"), syscalls: [rule("ALLOW"; $own[])]}'
  expect_calls 435 1000 -- ENOSYS ENOSYS
  expect_killed $getpid
}

@test "seccomp: no ENOSYS for newer calls where the default lets them pass" {
  install_tool CALL
  local action
  # clone3, without its arguments.
  for action in ALLOW LOG; do
    set_profile "{defaultAction: act(\"$action\"), syscalls: [rule(\"ERRNO\"; \"getuid\")]}"
    expect_calls 435 $getuid -- EINVAL EPERM
  done
  set_profile '{defaultAction: act("TRACE"), syscalls: [rule("ALLOW"; $own[])]}'
  expect_calls 435 $getuid -- ENOSYS ENOSYS
  set_profile '{defaultAction: act("ERRNO"), defaultErrnoRet: 38, syscalls: [rule("ALLOW"; $own[])]}'
  expect_calls 435 $getuid -- ENOSYS ENOSYS
}

# --- flags -----------------------------------------------------------------------------------

@test "seccomp: flags, absent, none and each; one filter" {
  local flags
  for flags in null '[]' '["TSYNC"]' '["LOG"]' '["SPEC_ALLOW"]' '["TSYNC", "LOG", "SPEC_ALLOW"]'; do
    set_profile "{defaultAction: act(\"ALLOW\"), syscalls: [rule(\"ERRNO\"; \"mkdir\")],
      flags: $flags} | if .flags then .flags |= map(\"SECCOMP_FILTER_FLAG_\" + .) else del(.flags) end"
    expect_inside 'grep Seccomp /proc/self/status; mkdir /tmp/one 2>/dev/null || echo denied' $'Seccomp:\t2\nSeccomp_filters:\t1\ndenied'
  done
  update_config 'del(.linux.seccomp)'
  expect_inside 'grep Seccomp /proc/self/status' $'Seccomp:\t0\nSeccomp_filters:\t0'
}

# --- when it is loaded -----------------------------------------------------------------------

# set_least [NAME]: a profile with what the program itself needs, and this call besides.
set_least() {
  set_profile "{defaultAction: act(\"KILL_PROCESS\"), syscalls: [rule(\"ALLOW\"; \$own[]), rule(\"ALLOW\"; \"getppid\"${1:+, \"$1\"})]}"
}

@test "seccomp: with noNewPrivileges a profile need not allow what the runtime does (A-176, S-46)" {
  install_tool CALL
  update_config '.process.noNewPrivileges = true'
  set_least
  expect_calls $getppid -- 0
  create "$ID"
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  expect_equal "$(<"$OUTPUT")" 0
  runtime delete "$ID"
}

@test "seccomp: without noNewPrivileges it has to allow capset besides (A-176, S-46)" {
  install_tool CALL
  # What is false is not there: the field counts, not its presence.
  local member
  for member in '.process.noNewPrivileges = false' 'del(.process.noNewPrivileges)'; do
    update_config "$member"
    set_least capset
    expect_calls $getppid -- 0
    expect_started_output 0
  done
  # Nor that, for whom keeps CAP_SYS_ADMIN.
  update_config '.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN"])'
  set_least
  expect_calls $getppid -- 0
}

@test "seccomp: a profile that denies capset, without noNewPrivileges" {
  update_config '.process.noNewPrivileges = false'
  set_profile '{defaultAction: act("ALLOW"), syscalls: [rule("ERRNO"; "capset")]}'
  local text='/linux/seccomp: without /process/noNewPrivileges a profile has to allow capset'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: $text"
  expect_nothing_left
  create "$ID"
  try runtime start "$ID"
  expect_error "start $ID: $text"
  runtime delete "$ID"
}

@test "seccomp: a profile that denies execve" {
  set_profile '{defaultAction: act("ALLOW"), syscalls: [rule("ERRNO"; "execve")]}'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: exec: \"/bin/true\": operation not permitted" 126
  expect_nothing_left
  create "$ID"
  try runtime start "$ID"
  expect_error "start $ID: exec: \"/bin/true\": operation not permitted"
  runtime delete "$ID"
}

@test "seccomp: a filter that ends init before the program, or takes its voice away" {
  local rules error='container init died before it became the program (a profile in /linux/seccomp has to allow execve, and capset without /process/noNewPrivileges)'
  for rules in 'rule("KILL_PROCESS"; "execve")' 'rule("KILL"; "execve")' 'rule("TRAP"; "execve")' \
    'rule("ERRNO"; "execve", "sendmsg", "sendto", "exit_group")' 'rule("ERRNO"; "execve", "sendmsg", "sendto")'; do
    set_profile "{defaultAction: act(\"ALLOW\"), syscalls: [$rules]}"
    try runtime run --bundle "$BUNDLE" "$ID"
    expect_error "run $ID: $error"
    expect_nothing_left
    try runtime run --detach --bundle "$BUNDLE" "$ID"
    expect_error "run $ID: $error"
    expect_nothing_left
    create "$ID"
    try runtime start "$ID"
    expect_error "start $ID: $error"
    runtime delete "$ID"
  done
  update_config '.process.noNewPrivileges = false'
  set_profile '{defaultAction: act("ALLOW"), syscalls: [rule("KILL_PROCESS"; "capset")]}'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: $error"
}

# Reaped at once, and started by a `start` that looks late.
start_late() {
  create_below_reaper
  try strace -o /dev/null -e trace=recvmsg -e inject=recvmsg:delay_exit=300000 \
    "$RUNTIME" --root "$ROOT" start "$ID"
  finish_reaper
  runtime delete "$ID"
}

@test "seccomp: an init that has been reaped before start looks at it" {
  printf '%s\n' 6.15 "$(uname -r)" | sort -VC || skip 'it takes PIDFD_INFO_EXIT, of Linux 6.15'
  local rules
  for rules in 'rule("KILL_PROCESS"; "execve")' 'rule("TRAP"; "execve")' \
    'rule("ERRNO"; "execve", "sendmsg", "sendto", "exit_group")' 'rule("ERRNO"; "execve", "sendmsg", "sendto")'; do
    set_profile "{defaultAction: act(\"ALLOW\"), syscalls: [$rules]}"
    start_late
    expect_error "start $ID: container init died before it became the program (a profile in /linux/seccomp has to allow execve, and capset without /process/noNewPrivileges)"
  done
  set_profile '{defaultAction: act("ALLOW"), syscalls: [rule("ERRNO"; "mkdir")]}'
  for program in true false; do
    set_program "$program"
    start_late
    expect_success ''
  done
}

@test "seccomp: a program that is killed and reaped before start looks at it has run" {
  set_program sleep 1000
  create_below_reaper
  in_background strace -o /dev/null -e trace=recvmsg -e inject=recvmsg:delay_exit=2000000 \
    "$RUNTIME" --root "$ROOT" start "$ID"
  wait_until has_status "$ID" running
  runtime kill "$ID" KILL
  finish_background
  expect_success ''
  finish_reaper
  runtime delete "$ID"
}

@test "seccomp: startContainer hooks are under the filter, init until its turn and other hooks are not" {
  local member
  set_profile '{defaultAction: act("ALLOW"), syscalls: [rule("ERRNO"; "mkdir")]}'
  update_config --arg made "$BUNDLE/rootfs/tmp/runtime" '.hooks = {
    createRuntime: [{path: "/bin/mkdir", args: ["mkdir", $made]}],
    startContainer: [{path: "/bin/sh", args: ["sh", "-c",
      "grep Seccomp: /proc/self/status /proc/1/status >/tmp/filter; mkdir /tmp/hook 2>/dev/null || echo denied >>/tmp/filter"]}]}'
  set_script 'grep -c Seccomp:.2 /proc/self/status'
  for member in true false; do
    update_config ".process.noNewPrivileges = $member"
    try runtime run --bundle "$BUNDLE" "$ID"
    expect_success 1
    expect_equal "$(<"$BUNDLE/rootfs/tmp/filter")" $'/proc/self/status:Seccomp:\t2\n/proc/1/status:Seccomp:\t0\ndenied'
    rmdir "$BUNDLE/rootfs/tmp/runtime"
  done
}

@test "seccomp: for a hook a profile need not allow what the runtime does" {
  install_tool CALL
  update_config --arg call "$getppid" '.process.noNewPrivileges = true | .hooks.startContainer = [{path: "/bin/call", args: ["call", $call]}]'
  set_least
  expect_calls $getppid -- 0
}

@test "seccomp: a hook that the filter kills" {
  update_config '.hooks.startContainer = [{path: "/bin/mkdir", args: ["mkdir", "/tmp/hook"]}]'
  set_profile '{defaultAction: act("ALLOW"), syscalls: [rule("KILL_PROCESS"; "mkdir")]}'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: hook startContainer[0] /bin/mkdir: was killed by signal 31"
  expect_nothing_left
}

# --- capabilities ----------------------------------------------------------------------------

# The capabilities of a program, with the filter and without.
expect_same_capabilities() {
  local wanted filter
  set_script 'grep -e ^Cap -e ^NoNewPrivs /proc/self/status'
  filter=$(jq -c .linux.seccomp "$BUNDLE/config.json")
  update_config 'del(.linux.seccomp)'
  try runtime run --bundle "$BUNDLE" "$ID"
  wanted=$stdout
  expect_equal "$(sed -n 's/CapPrm:\t//p' <<<"$wanted")" "$1"
  update_config --argjson filter "$filter" '.linux.seccomp = $filter'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success "$wanted"
}

capabilities_of() { grep ^Cap "/proc/$1/status" | cut -c 4-; }

@test "seccomp: the program's capabilities are those of the config" {
  local member
  set_profile '{defaultAction: act("ALLOW"), syscalls: [rule("ERRNO"; "getuid")]}'
  for member in true false; do
    update_config ".process.noNewPrivileges = $member |
      .process.capabilities = ([\"CAP_KILL\", \"CAP_SETPCAP\"] | {bounding: ., permitted: ., effective: ., inheritable: .})"
    expect_same_capabilities 0000000000000120
    # Another user keeps those that are ambient.
    update_config '.process.user = {uid: 1000, gid: 1000}'
    expect_same_capabilities 0000000000000000
    update_config '.process.capabilities.ambient = ["CAP_KILL"]'
    expect_same_capabilities 0000000000000020
    update_config '.process.user = {uid: 0, gid: 0} | .process.capabilities = {}'
    expect_same_capabilities 0000000000000000
    update_config '.process.capabilities = (["CAP_KILL", "CAP_SYS_ADMIN"] | {bounding: ., permitted: ., effective: .})'
    expect_same_capabilities 0000000000200020
    # While it waits for the start, CAP_SYS_ADMIN is kept for the filter where that takes it; not in
    # effect.
    update_config '.process.capabilities = {bounding: ["CAP_KILL"], permitted: ["CAP_KILL"], effective: ["CAP_KILL"]}'
    set_program sleep 1000
    create "$ID"
    local permitted=0000000000000020
    [ $member = true ] || permitted=0000000000200020
    expect_equal "$(capabilities_of "$(state_of "$ID" pid)")" "Inh:	0000000000000000
Prm:	$permitted
Eff:	0000000000000020
Bnd:	0000000000000020
Amb:	0000000000000000"
    runtime start "$ID"
    expect_equal "$(capabilities_of "$(state_of "$ID" pid)")" "Inh:	0000000000000000
Prm:	0000000000000020
Eff:	0000000000000020
Bnd:	0000000000000020
Amb:	0000000000000000"
    runtime delete --force "$ID"
  done
}

@test "seccomp: in a user namespace" {
  install_tool CALL
  map_ids 0 100000 65536
  chown -R 100000:100000 "$BUNDLE/rootfs"
  local member
  for member in true false; do
    update_config ".process.noNewPrivileges = $member"
    set_least capset
    expect_calls $getppid -- 0
    expect_started_output 0
  done
}
