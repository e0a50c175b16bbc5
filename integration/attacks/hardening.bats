#!/usr/bin/env bats
# The hardening of the security research (H-01…H-31), as far as no other suite shows it: by the system calls
# that the runtime makes, by what the kernel says of its processes, and by its executable.
load ../helpers

# A config with everything that is found, made or mounted by a path of the container.
use_many_paths() {
  mkdir "$BUNDLE/volume" "$BUNDLE/rootfs/real"
  ln -s real "$BUNDLE/rootfs/link"
  add_mounts <<'END'
/link/new/bind - volume bind,ro,nosuid
/link/tmpfs    tmpfs tmpfs ro,size=64k
END
  update_config '.process.cwd = "/link/cwd" | .linux.devices = [{path: "/dev/sub/null", type: "c", major: 1, minor: 3}] |
    .linux.maskedPaths += ["/etc/group"] | .linux.readonlyPaths += ["/etc"] | .linux.sysctl = {"kernel.shmmni": "77"}'
}

# trace_run CALLS: what init does from its first mount to the program, in $TRACE, without its pid.
trace_run() {
  local all=$BATS_TEST_TMPDIR/all
  TRACE=$BATS_TEST_TMPDIR/trace
  try strace -f -o "$all" -e "trace=move_mount,execve,$1" "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  expect_success ''
  awk '$2 ~ /^move_mount/ && !init { init = $1 } init && $1 == init { if (/execve/) exit; $1 = ""; print substr($0, 2) }' \
    "$all" >"$TRACE"
  [ -s "$TRACE" ]
}

# expect_all REGEX [REGEX]: every call that the first fits, of which there are some, has what the second says.
expect_all() {
  grep -qE "$1" "$TRACE" || fail "no call $1"
  others=$(grep -E "$1" "$TRACE" | grep -vE "$2" || true)
  [ -z "$others" ] || fail "$others"
}

@test "H-01: every look-up in the root is confined to it, and follows no magic link" {
  needs_strace
  use_many_paths
  trace_run '/open.*'
  # After the pivot the root is the container's. The other name is that of what is above it: itself.
  expect_all '^open(at|at2)?\(' 'RESOLVE_NO_MAGICLINKS.*RESOLVE_(IN_ROOT|BENEATH)|openat2\(AT_FDCWD, "/.*RESOLVE_NO_MAGICLINKS}|openat\(AT_FDCWD, "/\.\."'
}

@test "H-02: what is made is made in a folder that is open, under a name without slashes" {
  needs_strace
  use_many_paths
  trace_run '/mk.*,/symlink.*,/unlink.*,/rename.*,/link.*,/chmod.*,/chown.*,/fchmod.*,/fchown.*'
  expect_all '^(mk|symlink|unlink|rename|link|f?chmod|f?chown|l?chown)' '^(mkdirat|mknodat|unlinkat|fchmodat|fchownat)\([0-9]+, "[^/"]*"|^symlinkat\("[^"]*", [0-9]+, "[^/"]*"|^f(chmod|chown)\([0-9]+, '
}

@test "H-03: a mount goes from descriptor to descriptor" {
  needs_strace
  use_many_paths
  trace_run 'mount,umount2,move_mount'
  expect_all '^move_mount' '^move_mount\([0-9]+, "", [0-9]+, "", MOVE_MOUNT_F_EMPTY_PATH\|MOVE_MOUNT_T_EMPTY_PATH\) = 0'
  # Of the old calls there is one, for the old root.
  expect_equal "$(grep -E '^u?mount' "$TRACE")" 'umount2(".", MNT_DETACH) = 0'
}

@test "H-04: a mount has its flags before it is anywhere" {
  needs_strace
  use_many_paths
  trace_run 'fsmount,mount_setattr,open_tree'
  grep -qE '^fsmount\(.*MOUNT_ATTR_RDONLY' "$TRACE"
  # The clone, its flags, and then its place.
  bind=$(grep -A 1 -E '^mount_setattr.*MOUNT_ATTR_RDONLY\|MOUNT_ATTR_NOSUID' "$TRACE" | sed 's/(.*//' | tr '\n' ' ')
  expect_equal "$bind" 'mount_setattr move_mount '
}

@test "H-01, H-03, H-13: where the kernel or a sandbox lacks a call there is no other way, but an error" {
  needs_strace
  local call
  for call in openat2 mount_setattr open_tree fsopen fsmount move_mount clone3 close_range; do
    try strace -f -o /dev/null -e "trace=$call" -e "inject=$call:error=ENOSYS" \
      "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
    [[ $status = 1 && -z $stdout && $stderr = "runtime: run $ID: "*"$call"*": the kernel or an outer sandbox does not offer it (ENOSYS)" ]] ||
      fail "$call: status $status, $stdout$stderr"
    expect_nothing_left
  done
}

@test "H-07: one thread, in the command and in init" {
  set_program sleep 1000
  runtime_in_background run --bundle "$BUNDLE" "$ID"
  wait_until has_status "$ID" running
  expect_equal "$(grep -h Threads "/proc/$background/status")" $'Threads:\t1'
  runtime kill "$ID" KILL
  finish_background
  create "$ID"
  expect_equal "$(grep -h Threads "/proc/$(state_of "$ID" pid)/status")" $'Threads:\t1'
}

@test "H-09: not dumpable from the beginning, and never again" {
  needs_strace
  for user in root mapped; do
    [ $user = root ] || map_ids 0 100000 65536
    try strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=prctl,clone3 "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
    expect_success ''
    expect_equal "$(grep -oE 'PR_SET_DUMPABLE, [A-Z0-9_]*|clone3' "$BATS_TEST_TMPDIR/trace" | head -n 2 | tr '\n' ' ')" \
      'PR_SET_DUMPABLE, SUID_DUMP_DISABLE clone3 '
    if grep -E 'PR_SET_DUMPABLE, [^S]|SUID_DUMP_(USER|ROOT)' "$BATS_TEST_TMPDIR/trace"; then fail "$user"; fi
  done
}

@test "H-10: everything is closed right before the program, and not only marked" {
  needs_strace
  local all=$BATS_TEST_TMPDIR/all
  try strace -f -o "$all" -e trace=close_range,execve,/open.*,/socket.*,/memfd.* "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  expect_success ''
  # But the one by which an exec that fails is reported.
  [[ $(grep -B 2 'execve("/bin/true"' "$all" | cut -d ' ' -f 2- | tr '\n' ';') =~ close_range\(3,\ ([0-9]+),\ 0\)\ +=\ 0\;.*close_range\(([0-9]+),\ 4294967295,\ 0\) ]] ||
    fail "$(tail -n 20 "$all")"
  expect_equal "$((BASH_REMATCH[2] - BASH_REMATCH[1]))" 2
}

@test "H-12: without keyrings it goes on, with one that can't be had it doesn't" {
  needs_strace
  set_program echo ran
  denied() {
    strace -f -o /dev/null -e trace=keyctl -e "inject=keyctl:error=$1" "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  }
  try denied ENOSYS
  expect_success ran
  try denied EDQUOT
  expect_error "run $ID: session keyring _ses.$ID: no room for another key (sysctl kernel.keys.maxkeys, for root \
kernel.keys.root_maxkeys; --no-new-keyring does without): Disk quota exceeded (EDQUOT)"
}

@test "H-14: a signal goes to a descriptor of the process, once that is known to be the one" {
  needs_strace
  set_program sleep 1000
  create "$ID"
  pid=$(state_of "$ID" pid)
  try strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=pidfd_open,pidfd_send_signal,/kill,openat "$RUNTIME" --root "$ROOT" kill "$ID" TERM
  expect_success ''
  expect_equal "$(grep -oE "pidfd_open\($pid|/proc/$pid/stat|pidfd_send_signal\([0-9]+, SIGTERM|\<t?g?kill\(" "$BATS_TEST_TMPDIR/trace" |
    sed 's/signal([0-9]*/signal(/' | tail -n 3 | tr '\n' ' ')" "pidfd_open($pid /proc/$pid/stat pidfd_send_signal(, SIGTERM "
}

# The folder first: docs/decisions/specification.md says why the container's root enters it.
@test "H-16: folder, groups, ids, capabilities, no new privileges, filter, program, in this order" {
  needs_strace
  update_config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdirat"], action: "SCMP_ACT_ERRNO"}]} |
    .process.user = {uid: 1000, gid: 1000, additionalGids: [5]}'
  trace_run 'setgroups,setresgid,setresuid,fchdir,capset,prctl,seccomp'
  expect_equal "$(sed -n '/^setgroups/,$p' "$TRACE" | grep -oE '^(setgroups|setresgid|setresuid|fchdir|capset|seccomp)|PR_SET_NO_NEW_PRIVS' | tr '\n' ' ')" \
    'setgroups setresgid setresuid capset PR_SET_NO_NEW_PRIVS capset capset seccomp '
  expect_equal "$(grep -oE '^(setgroups|fchdir)' "$TRACE" | tail -n 2 | tr '\n' ' ')" 'fchdir setgroups '
}

@test "H-20: the terminal is opened in the new devpts itself, its other end by ioctl" {
  needs_strace
  update_config '.process.terminal = true'
  script -qec "strace -f -o $BATS_TEST_TMPDIR/trace -e trace=/open.*,ioctl,fsmount,fstatfs,/chown.*,/fchown.* \
    $RUNTIME --root $ROOT run --bundle $BUNDLE $ID" /dev/null </dev/null >/dev/null
  # No name of a terminal is looked up or given away.
  expect_equal "$(grep -E '"(/dev/)?(pts/)?(ptmx|[0-9]+)"' "$BATS_TEST_TMPDIR/trace" | grep -vc 'openat2([0-9]*, "ptmx".*RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH}')" 0
  grep -qE 'openat2\([0-9]+, "ptmx".*RESOLVE_NO_SYMLINKS\|RESOLVE_BENEATH}' "$BATS_TEST_TMPDIR/trace"
  grep -qE 'ioctl\([0-9]+, TIOCGPTPEER' "$BATS_TEST_TMPDIR/trace"
}

@test "H-29: the executable can't be written, moved or run where it should not" {
  command -v readelf >/dev/null || skip 'readelf is not installed'
  headers=$(readelf -lhW "$RUNTIME")
  [[ $headers = *'DYN (Position-Independent Executable file)'* && $headers = *GNU_RELRO* ]]
  readelf -dW "$RUNTIME" | grep -q 'Flags: NOW PIE'
  expect_equal "$(readelf -dW "$RUNTIME" | grep -c TEXTREL)" 0
  grep -qE 'GNU_STACK .* RW +0x' <<<"$headers"
  expect_equal "$(grep -cE 'LOAD .* (RWE|WE) ' <<<"$headers")" 0
}
