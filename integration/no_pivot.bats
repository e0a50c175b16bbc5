#!/usr/bin/env bats
# --no-pivot: containers on a host that runs from its initramfs (DOCKER_RAMDISK, NoPivotRoot).
load helpers

run_without_pivot() { try "$@" "$RUNTIME" --root "$ROOT" run --no-pivot --bundle "$BUNDLE" "$ID"; }

# As on such a host.
in_initramfs() {
  needs_tool INITRAMFS
  "$INITRAMFS" "$@"
}

# What a container looks like from inside, but for what differs from one to the next.
set_looker() {
  set_script 'cut -d " " -f 5-6 /proc/self/mountinfo; stat -c "%a %u %g %n" / /dev /proc; ls / /.. /../dev
    readlink /proc/self/cwd; readlink /proc/1/root; cat /proc/self/cgroup; hostname; id; pwd; cd ..; pwd'
}

@test "no-pivot: looks the same from inside" {
  set_looker
  update_config '.root.readonly = true | .process.cwd = "/home/user" | .linux.maskedPaths += ["/etc/passwd"]'
  try runtime run --bundle "$BUNDLE" "$ID"
  expected=$stdout
  run_without_pivot env
  expect_success "$expected"
  expect_nothing_left
}

@test "no-pivot: on a host that runs from its initramfs" {
  set_looker
  try runtime run --bundle "$BUNDLE" "$ID"
  expected=$stdout
  try in_initramfs "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: pivot_root: Invalid argument (EINVAL)"
  run_without_pivot in_initramfs
  expect_success "$expected"
  expect_nothing_left
}

@test "no-pivot: created, started, killed and deleted there" {
  set_script 'echo it runs; exec sleep 1000'
  cat >"$BATS_TEST_TMPDIR/commands" <<END
    set -e
    runtime() { "$RUNTIME" --root "$ROOT" "\$@"; }
    runtime create --no-pivot --bundle "$BUNDLE" --pid-file "$BATS_TEST_TMPDIR/pid" "$ID"
    grep -c . "/proc/\$(cat "$BATS_TEST_TMPDIR/pid")/mountinfo"
    runtime start "$ID"
    runtime kill "$ID" KILL
    until runtime state "$ID" | grep -q stopped; do sleep 0.05; done
    runtime delete "$ID"
END
  update_config '.linux.maskedPaths = [] | .linux.readonlyPaths = [] | .mounts |= map(select(.type != "cgroup"))'
  try in_initramfs sh "$BATS_TEST_TMPDIR/commands"
  expect_equal "$status $stderr" '0 '
  # The container's seven, and no other; the program may have been too slow to say something.
  expect_equal "${stdout%%$'\n'*}" 7
  expect_nothing_left
}

@test "no-pivot: hooks, a terminal and a volume" {
  mkdir "$BUNDLE/volume"
  echo in the volume >"$BUNDLE/volume/file"
  echo '/v - volume rbind,ro' | add_mounts
  update_config --arg out "$OUTPUT" '.process.terminal = true |
    .hooks = {createContainer: [{path: "/bin/sh", args: ["sh", "-c", "ls config.json >>" + $out]}],
      startContainer: [{path: "/bin/sh", args: ["sh", "-c", "echo start >/tmp/hook"]}]}'
  set_script 'cat /v/file /tmp/hook; tty'
  run_without_pivot env
  expect_equal "$status $(tr -d '\r' <<<"$stdout")" '0 in the volume
start
/dev/pts/0'
  expect_equal "$(<"$OUTPUT")" config.json
}

@test "no-pivot: neither .. nor a chroot leads out of the root" {
  cp "$(command -v busybox)" "$BUNDLE/rootfs/bin/busybox" # with chroot, hence not the linked one
  echo secret >"$BATS_TEST_TMPDIR/secret"
  update_config '.process.capabilities = ({} | .bounding = ["CAP_SYS_CHROOT", "CAP_DAC_READ_SEARCH"] |
    .effective = .bounding | .permitted = .bounding)'
  # The old trick: a root below the working directory is no bound for its "..".
  set_script "mkdir -p /tmp/jail/bin; cp /bin/busybox /tmp/jail/bin
    cd /; /bin/busybox chroot /tmp/jail /bin/busybox sh -c '
      cd ../../../../../../..; /bin/busybox ls; /bin/busybox cat .$BATS_TEST_TMPDIR/secret'
    exec 5</; cd /proc/self/fd/5/../../../..; ls -d tmp; cat ./$BATS_TEST_TMPDIR/secret"
  for way in env in_initramfs; do
    run_without_pivot "$way"
    expect_equal "$stdout" $'bin\ntmp'
    [[ "$stderr" != *secret$'\n'* && "$stderr" == *'No such file'*'No such file'* ]] || fail "$stderr"
  done
}

@test "no-pivot: nothing of the host's is unmounted, whatever is shared" {
  # A host of its own, in which everything is shared and some things hide others.
  cat >"$BATS_TEST_TMPDIR/commands" <<END
    set -e
    mount -t tmpfs first /mnt
    mkdir -p /mnt/below
    mount -t tmpfs second /mnt/below
    cut -d ' ' -f 1,2,5- /proc/self/mountinfo >"$BATS_TEST_TMPDIR/before"
    "$RUNTIME" --root "$ROOT" run --no-pivot --bundle "$BUNDLE" "$ID"
    cut -d ' ' -f 1,2,5- /proc/self/mountinfo >"$BATS_TEST_TMPDIR/after"
END
  set_script 'wc -l </proc/self/mountinfo'
  update_config '.linux.maskedPaths = [] | .linux.readonlyPaths = [] | .mounts |= map(select(.type != "cgroup"))'
  for propagation in null '"slave"' '"rslave"' '"shared"' '"rshared"'; do
    update_config ".linux.rootfsPropagation = $propagation"
    try unshare --mount --propagation shared sh "$BATS_TEST_TMPDIR/commands"
    expect_success 7
    diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
  done
}

@test "no-pivot: a private root is refused, as by runc" {
  for propagation in private rprivate unbindable runbindable; do
    update_config --arg propagation "$propagation" '.linux.rootfsPropagation = $propagation'
    for command in create run; do
      try runtime "$command" --no-pivot --bundle "$BUNDLE" "$ID"
      expect_error "$command $ID: --no-pivot: config.json: /linux/rootfsPropagation: $propagation is not safe without pivot_root"
      [ ! -e "$ROOT" ] || fail 'there is a state folder'
    done
  done
}

@test "no-pivot: with a user namespace, which would keep the host's mounts, it is refused" {
  map_ids 0 100000 65536
  run_without_pivot env
  expect_error "run $ID: --no-pivot: a user namespace keeps the host's mounts in reach without pivot_root"
  [ ! -e "$ROOT" ] || fail 'there is a state folder'
}

@test "no-pivot: in a chroot, whose outside would be in reach, it is refused" {
  mkdir "$BATS_TEST_TMPDIR/jail"
  try unshare --mount sh -c 'mount --rbind / "$1" && exec chroot "$@"' sh "$BATS_TEST_TMPDIR/jail" \
    "$RUNTIME" --root "$ROOT" run --no-pivot --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: --no-pivot: \"/\" is not the container's root"
  expect_nothing_left
}
