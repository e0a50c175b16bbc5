#!/usr/bin/env bats
# AppArmor: process.apparmorProfile (A-074, P-12). All that needs the module runs in the guest:
# integration/vm/run apparmor.
load helpers

needs_apparmor() {
  [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ] ||
    skip 'AppArmor is not enabled (integration/vm/run apparmor boots a guest where it is)'
  mountpoint -q /sys/kernel/security || mount -t securityfs securityfs /sys/kernel/security
}

load_profile() { apparmor_parser --replace --skip-cache; }

# Everything but one file.
load_test_profile() {
  needs_apparmor
  load_profile <<'END'
abi <abi/4.0>,
profile runtime-test flags=(attach_disconnected) {
  file, capability, network, signal, mount, umount, pivot_root, ptrace, unix, userns,
  audit deny /etc/forbidden rw,
}
END
}

confine() { update_config --arg profile "$1" '.process.apparmorProfile = $profile'; }

@test "apparmor: a profile is refused where AppArmor is not enabled" {
  [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" != Y ] || skip 'AppArmor is enabled'
  confine runtime-test
  expect_refusal "config.json: /process/apparmorProfile: \"runtime-test\" can't be applied, AppArmor is not enabled"
}

@test "apparmor: the program is confined by the profile" {
  load_test_profile
  confine runtime-test
  echo text >"$BUNDLE/rootfs/etc/forbidden"
  expect_inside 'cat /proc/self/attr/apparmor/current; cat /etc/forbidden 2>&1; cat /etc/passwd >/dev/null && echo rest' \
    $'runtime-test (enforce)\ncat: can\'t open \'/etc/forbidden\': Permission denied\nrest'
}

@test "apparmor: as seen from outside, from its start on; init waits unconfined" {
  load_test_profile
  confine runtime-test
  set_program sleep 1000
  create "$ID"
  pid=$(state_of "$ID" pid)
  expect_equal "$(cat "/proc/$pid/attr/apparmor/current")" unconfined
  expect_equal "$(cat "/proc/$pid/attr/apparmor/exec")" 'runtime-test (enforce)'
  runtime start "$ID"
  wait_until runs_program "$pid" sleep
  expect_equal "$(cat "/proc/$pid/attr/apparmor/current")" 'runtime-test (enforce)'
}

@test "apparmor: who enters later is confined by the container's profile, or another of its choice" {
  load_test_profile
  set_program sleep 1000
  create "$ID"
  try runtime exec --apparmor runtime-test "$ID" cat /proc/self/attr/apparmor/current
  expect_success 'runtime-test (enforce)'
  runtime delete --force "$ID"
  confine runtime-test
  create "$ID"
  try runtime exec "$ID" cat /proc/self/attr/apparmor/current
  expect_success 'runtime-test (enforce)'
  try runtime exec --apparmor nosuch "$ID" true
  [[ $status == 255 && $stderr == "runtime: exec $ID: "*'/process/apparmorProfile: "nosuch"'* ]] || fail "$stderr"
}

@test "apparmor: start hooks, programs of the container, are confined as well" {
  load_test_profile
  confine runtime-test
  update_config '.hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "cat /proc/self/attr/apparmor/current >/tmp/hook"]}]'
  expect_inside 'cat /tmp/hook' 'runtime-test (enforce)'
}

@test "apparmor: a profile that is not loaded is refused (K-40)" {
  needs_apparmor
  confine nosuch-profile
  expect_refusal 'config.json: /process/apparmorProfile: "nosuch-profile" is not loaded: `/proc/thread-self/attr/apparmor/exec`'
  # The kernel has the last word where the list doesn't tell.
  confine 'unconfined//&nosuch-profile'
  try runtime create --bundle "$BUNDLE" "$ID"
  [[ $status == 1 && $stderr == *'"unconfined//&nosuch-profile" is not loaded: `/proc/thread-self/attr/apparmor/exec`' ]] || fail "$stderr"
  expect_nothing_left
}

@test "apparmor: unconfined is a profile, too" {
  needs_apparmor
  confine unconfined
  expect_inside 'cat /proc/self/attr/apparmor/current' unconfined
}

@test "apparmor: by procfs where the kernel has no call for it" {
  load_test_profile
  confine runtime-test
  set_script 'cat /proc/self/attr/apparmor/current'
  try strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=lsm_set_self_attr,lsm_get_self_attr,openat2 \
    -e inject=lsm_set_self_attr,lsm_get_self_attr:error=ENOSYS \
    "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  expect_success 'runtime-test (enforce)'
  grep -q 'attr/apparmor/exec", {flags=O_WRONLY' "$BATS_TEST_TMPDIR/trace"
}

@test "apparmor: whatever lies over the files of procfs by then (S-16)" {
  load_test_profile
  confine runtime-test
  mkdir -p "$BUNDLE/fake/apparmor"
  touch "$BUNDLE"/fake/{exec,current,apparmor/exec,apparmor/current}
  # In the container's own mounts, over those of init and of whoever asks for himself.
  update_config --arg hook "set -e; for at in 1 self thread-self; do mount --bind $BUNDLE/fake $BUNDLE/rootfs/proc/\$at/attr; done" \
    '.hooks.createContainer = [{path: "/bin/sh", args: ["sh", "-c", $hook], env: ["PATH=/usr/bin:/bin"]}]'
  set_program sleep 1000
  local calls
  for calls in there missing; do
    inject=()
    [ $calls = there ] || inject=(strace -D -f -o /dev/null -e 'trace=lsm_set_self_attr,lsm_get_self_attr'
      -e 'inject=lsm_set_self_attr,lsm_get_self_attr:error=ENOSYS')
    try "${inject[@]}" "$RUNTIME" --root "$ROOT" run --detach --bundle "$BUNDLE" "$ID"
    expect_success ''
    expect_equal "$(cat "/proc/$(state_of "$ID" pid)/attr/apparmor/current")" 'runtime-test (enforce)' "calls $calls"
    expect_equal "$(find "$BUNDLE/fake" -type f -size +0)" ''
    runtime delete --force "$ID"
  done
}

@test "apparmor: in a user namespace" {
  load_test_profile
  confine runtime-test
  map_ids 0 100000 65536
  chown -R 100000:100000 "$BUNDLE/rootfs"
  expect_inside 'cat /proc/self/attr/apparmor/current' 'runtime-test (enforce)'
}

@test "apparmor: who is confined itself stacks the profile on its own" {
  load_test_profile
  load_profile <<'END'
abi <abi/4.0>,
profile runtime-outer flags=(attach_disconnected) {
  file, capability, network, signal, mount, umount, pivot_root, ptrace, unix, userns,
  change_profile -> &runtime-test,
}
END
  confine runtime-test
  set_script 'cat /proc/self/attr/apparmor/current; cat /etc/forbidden 2>&1; :'
  echo text >"$BUNDLE/rootfs/etc/forbidden"
  try aa-exec -p runtime-outer -- "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  expect_success $'runtime-outer//&runtime-test (enforce)\ncat: can\'t open \'/etc/forbidden\': Permission denied'
}

@test "apparmor: the default profile lets a container work, and keeps it off the host's kernel" {
  needs_apparmor
  apparmor_parser --replace --skip-cache "$BATS_TEST_DIRNAME/../packaging/apparmor/runtime-default"
  confine runtime-default
  # Everything in reach that usually isn't.
  update_config '.linux.maskedPaths = [] | .linux.readonlyPaths = [] |
    (.mounts[] | select(.destination == "/sys") | .options) |= map(if . == "ro" then "rw" else . end)'
  expect_inside 'cat /proc/self/attr/apparmor/current
    echo x >/tmp/x && cat /tmp/x; (sh -c "kill \$\$" || echo killed) 2>/dev/null; ls -d /sys/kernel
    for file in /proc/sys/kernel/core_pattern /proc/sys/vm/swappiness /proc/sys/fs/file-max /proc/sysrq-trigger /sys/kernel/mm/ksm/run; do
      [ -e $file ] && (echo 1 >$file) 2>/dev/null && echo $file
    done
    cat /proc/kcore >/dev/null 2>&1 || echo closed
    mount -t tmpfs none /tmp 2>/dev/null || echo no mount
    echo inside >/proc/sys/kernel/hostname && hostname' \
    $'runtime-default (enforce)\nx\nkilled\n/sys/kernel\nclosed\nno mount\ninside'
}

@test "apparmor: signals reach a container with the default profile" {
  needs_apparmor
  apparmor_parser --replace --skip-cache "$BATS_TEST_DIRNAME/../packaging/apparmor/runtime-default"
  confine runtime-default
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  wait_until runs_program "$(state_of "$ID" pid)" sleep
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
}
