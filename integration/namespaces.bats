#!/usr/bin/env bats
# config-linux.md#namespaces: which are new and which are the host's, and what is in a new one.
load helpers

declare -gA link_of=([pid]=pid [network]=net [mount]=mnt [ipc]=ipc [uts]=uts [cgroup]=cgroup)

# The kinds, of these six, in which the process isn't where we are.
new_namespaces() {
  local kind
  for kind in cgroup ipc mount network pid uts; do
    [ "$(readlink "/proc/$1/ns/${link_of[$kind]}")" = "$(readlink "/proc/self/ns/${link_of[$kind]}")" ] || echo "$kind"
  done | tr '\n' ' '
}

without() { update_config --arg kind "$1" 'del(.linux.namespaces[] | select(.type == $kind))'; }

@test "namespaces: all six are new" {
  create "$ID"
  pid=$(state_of "$ID" pid)
  expect_equal "$(new_namespaces "$pid")" 'cgroup ipc mount network pid uts '
  # And the others are the host's.
  expect_equal "$(readlink "/proc/$pid/ns/user" "/proc/$pid/ns/time")" "$(readlink /proc/self/ns/user /proc/self/ns/time)"
}

@test "namespaces: one that isn't listed is the host's" {
  update_config 'del(.hostname)'
  for kind in cgroup ipc mount network pid uts; do
    cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/saved"
    without "$kind"
    create "$ID"
    expect_equal "$(new_namespaces "$(state_of "$ID" pid)")" "$(echo 'cgroup ipc mount network pid uts ' | sed "s/$kind //")"
    runtime delete "$ID"
    cp "$BATS_TEST_TMPDIR/saved" "$BUNDLE/config.json"
  done
}

@test "namespaces: a mount namespace alone" {
  update_config 'del(.hostname) | .linux.namespaces = [{type: "mount"}]'
  create "$ID"
  expect_equal "$(new_namespaces "$(state_of "$ID" pid)")" 'mount '
}

@test "namespaces: those of two containers are not the same" {
  create "$ID-1"
  create "$ID-2"
  for link in "${link_of[@]}"; do
    [ "$(readlink "/proc/$(state_of "$ID-1" pid)/ns/$link")" != "$(readlink "/proc/$(state_of "$ID-2" pid)/ns/$link")" ] ||
      fail "both have the same $link"
  done
}

# Of no namespace, hence in no table of mounts, and as the config has them.
@test "mount namespace: shared, the root and the mounts are the container's alone" {
  without mount
  mkdir "$BUNDLE/volume"
  echo content >"$BUNDLE/volume/file"
  add_mounts <<END
/m/tmpfs tmpfs tmpfs  ro
/m/bind  -     volume bind,ro
END
  update_config '.root.readonly = true | .linux.readonlyPaths = ["/proc/sys"] | .linux.maskedPaths = ["/etc/passwd"]'
  # shellcheck disable=SC2016
  set_script 'readlink /proc/self/ns/mnt; wc -l </proc/self/mountinfo; cat /m/bind/file /etc/passwd
    for folder in / /m/tmpfs /m/bind /proc/sys; do touch "$folder/x" && echo "$folder is writable"; done
    echo x >/dev/shm/x && cat /dev/shm/x; while :; do sleep 0.1; done'
  create "$ID"
  runtime start "$ID"
  wait_until grep -qx x "$OUTPUT"
  expect_equal "$(grep -v '^touch: ' "$OUTPUT")" "$(readlink /proc/self/ns/mnt)"$'\n0\ncontent\nx'
  ! grep "$BATS_TEST_TMPDIR" /proc/self/mountinfo
}

@test "mount namespace: shared, exec is in the container's root" {
  without mount
  echo inside >"$BUNDLE/rootfs/where"
  set_program sleep 1000
  runtime run --detach --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-
  try runtime exec --cwd /root "$ID" sh -c 'pwd; cat /where; readlink /proc/self/ns/mnt'
  expect_success $'/root\ninside\n'"$(readlink /proc/self/ns/mnt)"
}

@test "mount namespace: shared, a checkpoint is refused" {
  without mount
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  try runtime checkpoint --image-path "$BATS_TEST_TMPDIR/images" "$ID"
  expect_error "checkpoint $ID: it has no mount namespace of its own, and CRIU can't restore its root"
}

# A chroot(2) of the host's tree wouldn't hold who may do one himself.
@test "mount namespace: shared, no way leads from the root to the host's files" {
  without mount
  add_mounts <<END
/jail/bin  -    rootfs/bin bind
/jail/proc proc proc       -
END
  update_config '.process.capabilities[] += ["CAP_SYS_CHROOT"]'
  set_script 'exec 3</; exec busybox chroot /jail /bin/sh -c "cd -P /proc/self/fd/3/../../.. && ls -d jail /jail"'
  try runtime run --bundle "$BUNDLE" "$ID"
  [[ $status == 1 && $stdout == jail && $stderr == *'/jail: No such file or directory' ]] || fail "$stdout $stderr"
}

@test "pid namespace: the program is 1, and sees only its own (P-02, P-03)" {
  set_script 'echo $$; cd /proc; echo [0-9]*; grep NSpid self/status | wc -w; while :; do sleep 0.1; done'
  create "$ID"
  runtime start "$ID"
  wait_until grep -q 2 "$OUTPUT"
  # 1 is the shell; the glob is expanded by itself, so there is nobody else.
  expect_equal "$(<"$OUTPUT")" $'1\n1\n2'
  pid=$(state_of "$ID" pid)
  expect_equal "$(grep NSpid "/proc/$pid/status")" "NSpid:	$pid	1"
}

@test "pid namespace: everything ends with its first process" {
  set_script 'sleep 1000 & setsid sleep 1000 & exit 5'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 5 '' ''
  expect_nothing_left
}

@test "pid namespace: shared, and run ends what outlives the program" {
  without pid
  set_script 'setsid sleep 1000 & echo $$; exit 5'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stderr" '5 '
  [ "$stdout" -gt 1 ] || fail "the program was process $stdout"
  expect_nothing_left
}

@test "network namespace: lo is up, and alone" {
  expect_inside 'ls /sys/class/net; ip -o addr show dev lo | grep -o -e "inet6\? [^ ]*"; ip -o link | grep -c LOOPBACK,UP' \
    $'lo\ninet 127.0.0.1/8\ninet6 ::1/128\n1'
  set_script 'nc -l -p 8080 127.0.0.1 </etc/passwd >/dev/null & sleep 0.2; nc 127.0.0.1 8080 </dev/null | head -n 1; kill $! 2>/dev/null; exit 0'
  ln -sf busybox "$BUNDLE/rootfs/bin/nc"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success root:x:0:0:root:/root:/bin/sh
}

@test "network namespace: abstract sockets of the host are out of reach (P-26)" {
  socat "ABSTRACT-LISTEN:$ID,fork" EXEC:/bin/true 3>&- &
  listener=$!
  wait_until grep -q "@$ID" /proc/net/unix
  set_script "grep -c '@$ID' /proc/net/unix"
  try runtime run --bundle "$BUNDLE" "$ID"
  inside=$stdout
  without network
  # A sysfs of its own needs the network namespace; the host's is bound.
  update_config '.mounts |= map(select(.type != "sysfs"))'
  try runtime run --bundle "$BUNDLE" "$ID"
  kill "$listener"
  expect_equal "$inside $stdout" '0 1'
}

@test "ipc namespace: shared memory and queues are the container's own (P-26)" {
  command -v ipcmk >/dev/null || skip 'util-linux has no ipcmk here'
  memory=$(ipcmk -M 4096 | grep -o '[0-9]*$')
  set_script 'wc -l </proc/sysvipc/shm'
  try runtime run --bundle "$BUNDLE" "$ID"
  inside=$stdout
  without ipc
  update_config '.mounts |= map(select(.type != "mqueue"))'
  try runtime run --bundle "$BUNDLE" "$ID"
  ipcrm -m "$memory"
  # The first line is the heading.
  expect_equal "$inside" 1
  [ "$stdout" -gt 1 ] || fail "the host's are not to be seen: $stdout"
}

@test "uts namespace: without one the host's name is to be seen, and can't be set" {
  update_config 'del(.hostname)'
  without uts
  expect_inside 'cat /proc/sys/kernel/hostname' "$(cat /proc/sys/kernel/hostname)"
}

@test "cgroup namespace: its root is the container's cgroup (A-115, S-45)" {
  expect_inside 'cut -d : -f 3 /proc/self/cgroup | sort -u' /
  # Nothing names the host's.
  set_script 'grep -c "$0" /proc/self/mountinfo /proc/self/cgroup'
  update_config --arg id "$ID" '.process.args += [$id]'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$stdout" $'/proc/self/mountinfo:0\n/proc/self/cgroup:0'
}

@test "cgroup namespace: seen from the host, the container is in its cgroup everywhere" {
  create "$ID"
  # Every hierarchy: engines look there as soon as create has returned.
  expect_equal "$(cut -d : -f 3 "/proc/$(state_of "$ID" pid)/cgroup" | sort -u)" "/runtime-$ID"
}

@test "cgroup namespace: shared, the container sees where it is" {
  without cgroup
  expect_inside 'cut -d : -f 3 /proc/self/cgroup | sort -u' "/runtime-$ID"
}

@test "mount namespace: nothing of the container's mounts is on the host" {
  before=$(sort /proc/self/mountinfo)
  set_script 'wc -l </proc/self/mountinfo; sleep 1000'
  create "$ID"
  runtime start "$ID"
  wait_until has_content "$OUTPUT"
  expect_equal "$(sort /proc/self/mountinfo)" "$before"
}

@test "mount namespace: the host's root is not above ours" {
  expect_inside 'stat -c %i / /.. /../.. | sort -u' "$(stat -c %i "$BUNDLE/rootfs")"
  # The root is one mount and the first; nothing is below it or around it.
  expect_inside 'grep -c " / / \| / rw.* - .* /$" /proc/self/mountinfo; awk "\$5 == \"/\"" /proc/self/mountinfo | wc -l; exit 0' $'0\n1'
}
