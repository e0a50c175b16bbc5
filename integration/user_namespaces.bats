#!/usr/bin/env bats
# linux.namespaces "user", uidMappings and gidMappings (A-110, A-112; P-15, S-32 of security.md): a
# new user namespace made by root. Ordinary users' containers are in rootless.bats, joined ones in
# joined_namespaces.bats.
load helpers

@test "user namespace: the mappings are the config's, and root inside is not root outside" {
  map_ids 0 100000 1000 1000 200000 10
  set_script 'cat /proc/self/uid_map /proc/self/gid_map; id -u; id -g; touch /tmp/made; exec sleep 1000'
  create "$ID"
  runtime start "$ID"
  wait_until test -e "$BUNDLE/rootfs/tmp/made"
  expect_equal "$(tr -s ' ' <"$OUTPUT")" ' 0 100000 1000
 1000 200000 10
 0 100000 1000
 1000 200000 10
0
0'
  expect_equal "$(stat -c %u:%g "$BUNDLE/rootfs/tmp/made")" 100000:100000
  # What was there stays whose it was.
  expect_equal "$(stat -c %u:%g "$BUNDLE/rootfs/etc/passwd")" 0:0
  pid=$(state_of "$ID" pid)
  expect_equal "$(stat -c %u "/proc/$pid")" 100000
  [ "$(readlink "/proc/$pid/ns/user")" != "$(readlink /proc/self/ns/user)" ]
}

@test "user namespace: all the other namespaces belong to it" {
  map_ids 0 100000 65536
  # Each needs a capability in the namespace's owner.
  update_config '.process.capabilities |= map_values(["CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_CHOWN"])'
  expect_inside 'hostname inside && ip link set lo down && mount -t tmpfs t /tmp && mount -t proc p /tmp && mount -t mqueue m /home && echo all' all
}

@test "user namespace: capabilities are as configured, though the caller may have fewer" {
  map_ids 0 100000 65536
  update_config '.process.capabilities |= map_values(["CAP_SYS_RESOURCE", "CAP_MKNOD"])'
  expect_inside 'grep -c "Cap...:.*0000000009000000" /proc/self/status' 3
}

@test "user namespace: a process's user is one of it" {
  map_ids 0 100000 2000
  update_config '.process.user = {uid: 1000, gid: 1001, additionalGids: [5, 7]}'
  set_script 'id -u; id -G; exec sleep 1000'
  create "$ID"
  runtime start "$ID"
  wait_until grep -q 1001 "$OUTPUT"
  expect_equal "$(<"$OUTPUT")" $'1000\n1001 5 7'
  expect_equal "$(grep -E '^(Uid|Groups)' "/proc/$(state_of "$ID" pid)/status" | tr '\t' ' ')" \
    $'Uid: 101000 101000 101000 101000\nGroups: 100005 100007 '
}

@test "user namespace: who is not mapped is refused" {
  map_ids 0 100000 10
  update_config '.process.user = {uid: 10, gid: 11, additionalGids: [9, 12]}'
  expect_refusal 'config.json: /process/user/uid: 10 is not mapped in the user namespace; /process/user/gid: 11 is not mapped in the user namespace; /process/user/additionalGids/1: 12 is not mapped in the user namespace'
  # With a single id an ordinary user would have none, and root has what it asks for.
  map_ids 0 100000 1
  update_config '.process.user = {uid: 0, gid: 0, additionalGids: [0, 12]} |
    (.mounts[] | select(.type == "devpts")).options -= ["gid=5"]'
  expect_refusal '/process/user/additionalGids: setgroups: one is not mapped in the user namespace'
}

@test "user namespace: without a root of its own" {
  map_ids 1000 100000 10
  update_config '.process.user = {uid: 1003, gid: 1004} | .mounts |= map(select(.type == "proc" or .destination == "/dev"))'
  expect_inside 'id -u; id -g; echo hello >/dev/null && touch /tmp/made' $'1003\n1004'
  expect_equal "$(stat -c %u:%g "$BUNDLE/rootfs/tmp/made")" 100003:100004
}

@test "user namespace: 340 ranges, and not 341 (S-32)" {
  ranges=$(jq -nc '[range(340) | {containerID: ., hostID: (10000 + 2 * .), size: 1}]')
  update_config --argjson ranges "$ranges" '.linux.namespaces += [{type: "user"}] |
    .linux.uidMappings = $ranges | .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 400}] |
    .process.user.uid = 339'
  set_script 'wc -l </proc/self/uid_map; touch /tmp/made'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success 340
  expect_equal "$(stat -c %u "$BUNDLE/rootfs/tmp/made")" 10678
  update_config '.linux.uidMappings += [{containerID: 340, hostID: 300000, size: 1}]'
  expect_refusal 'config.json: /linux/uidMappings: at most 340 entries, has 341'
}

@test "user namespace: mappings that the kernel would not take are refused before" {
  ranges=$(jq -nc '[range(340) | {containerID: (4000000 + .), hostID: (200000 + 2 * .), size: 1}]')
  update_config --argjson ranges "$ranges" '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = $ranges |
    .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 400}] | .process.user.uid = 4000000'
  expect_refusal 'config.json: /linux/uidMappings: is 5780 bytes for the kernel, which takes 4095'
}

@test "user namespace: the edges of many ranges map as they say (CVE-2018-18955, S-32)" {
  map_ids 0 100000 5 5 200000 5 10 300000 5 15 400000 5 20 500000 5 25 600000 5
  update_config '.process.capabilities |= map_values(["CAP_CHOWN"])'
  set_script 'for id in 0 4 5 9 10 14 15 19 20 24 25 29; do touch /tmp/$id; chown $id:$id /tmp/$id; done'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ''
  expect_equal "$(cd "$BUNDLE/rootfs/tmp" && stat -c %u $(seq 0 29) 2>/dev/null | tr '\n' ' ')" \
    '100000 100004 200000 200004 300000 300004 400000 400004 500000 500004 600000 600004 '
}

@test "user namespace: devices are the host's, by bind, and work" {
  map_ids 0 100000 65536
  expect_inside 'grep -c "^devtmpfs /dev/" /proc/mounts; echo x >/dev/null; head -c 4 /dev/zero | od -An -tx1; (echo >/dev/full) 2>/dev/null || echo full;
    [ -L /dev/ptmx ] && ls /dev/pts/ptmx; head -c 1 /dev/urandom | wc -c' \
    $'6\n 00 00 00 00\nfull\n/dev/pts/ptmx\n1'
}

@test "user namespace: a device that the host has under that path, and one that it hasn't" {
  map_ids 0 100000 65536
  update_config '.linux.devices = [{type: "c", path: "/dev/null", major: 1, minor: 3}, {type: "p", path: "/dev/fifo"}]'
  expect_inside 'test -p /dev/fifo && echo fifo' fifo
  update_config '.linux.devices = [{type: "c", path: "/dev/null", major: 1, minor: 5}]'
  expect_refusal "device /dev/null: the host's /dev/null is not that device, and in a user namespace only the host's can be had"
  update_config '.linux.devices = [{type: "c", path: "/dev/nosuchdevice", major: 1, minor: 5}]'
  expect_refusal 'device /dev/nosuchdevice: open /dev/nosuchdevice: not found (ENOENT)'
}

@test "user namespace: the root file system and sources lie where only the host's root may go" {
  map_ids 0 100000 65536
  chmod 700 "$BUNDLE"
  chown 0:0 "$BUNDLE"
  mkdir "$BUNDLE/source"
  echo secret >"$BUNDLE/source/file"
  update_config '.mounts += [{destination: "/tmp", source: "source", options: ["bind"]}]'
  expect_inside 'cat /tmp/file; ls -ld /home | cut -d " " -f 1' $'secret\ndrwxr-xr-x'
}

@test "user namespace: a bind of a folder with mounts below, without them" {
  map_ids 0 100000 65536
  mkdir -p "$BUNDLE/source/below"
  mount -t tmpfs below "$BUNDLE/source/below"
  touch "$BUNDLE/source/below/covers"
  update_config '.mounts += [{destination: "/tmp", source: "source", options: ["bind"]}]'
  set_script 'ls /tmp/below'
  try runtime run --bundle "$BUNDLE" "$ID"
  umount "$BUNDLE/source/below"
  expect_success ''
}

@test "user namespace: sysfs and mqueue of the host's namespaces are bound, and as read-only as asked (S-39, CVE-2023-25809)" {
  map_ids 0 100000 65536
  update_config '.linux.namespaces |= map(select(.type != "network")) | .mounts |= map(select(.type != "cgroup"))'
  expect_inside 'test -d /sys/class/net/lo && awk "\$2 ~ /^\/sys/ && \$4 !~ /^ro/" /proc/mounts;
    touch /sys/fs/cgroup/x 2>&1 | sed "s/.*: //"' 'Read-only file system'
  update_config '.linux.namespaces |= map(select(.type != "ipc"))'
  if [ -d /dev/mqueue ]; then
    expect_inside 'grep -c " /dev/mqueue " /proc/mounts' 1
  else
    expect_refusal "mounts[4] /dev/mqueue (mqueue of mqueue): the host's /dev/mqueue in its place: open_tree /dev/mqueue: not found (ENOENT)"
  fi
}

@test "user namespace: locked flags of a mount stay (S-42)" {
  map_ids 0 100000 65536
  mkdir "$BUNDLE/source"
  mount -t tmpfs -o nosuid,nodev,noexec,ro t "$BUNDLE/source"
  update_config '.mounts += [{destination: "/tmp", source: "source", options: ["bind"]}] |
    .process.capabilities |= map_values(["CAP_SYS_ADMIN"])'
  set_script 'grep " /tmp " /proc/mounts | cut -d " " -f 4 | cut -c 1-22; unshare -Ur true 2>/dev/null; mount -o remount,rw,bind /tmp 2>&1 | sed "s/.*: //"'
  try runtime run --bundle "$BUNDLE" "$ID"
  umount "$BUNDLE/source"
  expect_equal "$status ${stdout%%$'\n'*}" '0 ro,nosuid,nodev,noexec'
}

@test "user namespace: what the config takes from the flags of the host's mount is not locked" {
  map_ids 0 100000 65536
  mkdir "$BUNDLE/source"
  mount -t tmpfs t "$BUNDLE/source"
  mount -o remount,bind,nosuid,nodev,noexec,ro "$BUNDLE/source"
  update_config '.mounts += [{destination: "/tmp", source: "source", options: ["rbind", "rw", "exec", "noatime"]},
    {destination: "/home", source: "source", options: ["bind", "ro", "suid"]}]'
  set_script 'grep -E " /(tmp|home) " /proc/mounts | cut -d " " -f 2,4 | cut -d , -f 1-4'
  try runtime run --bundle "$BUNDLE" "$ID"
  umount "$BUNDLE/source"
  expect_success $'/tmp rw,nosuid,nodev,noatime\n/home ro,nodev,noexec,relatime'
}

@test "user namespace: limits above the caller's, oom score, the whole life cycle" {
  map_ids 0 100000 65536
  update_config '.process.oomScoreAdj = 500 | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}]'
  set_script 'ulimit -Sn; ulimit -Hn; cat /proc/self/oom_score_adj; exec sleep 1000'
  create "$ID"
  expect_equal "$(state_of "$ID" status)" created
  runtime start "$ID"
  wait_until grep -q 500 "$OUTPUT"
  expect_equal "$(<"$OUTPUT")" $'100\n200\n500'
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
  runtime delete "$ID"
}

@test "user namespace: hooks run where they belong" {
  map_ids 0 100000 65536
  cat >"$BUNDLE/hook" <<'END'
#!/bin/sh
echo "$1 $(id -u) $(tr -s ' ' </proc/self/uid_map)" >>"$2"
END
  chmod 755 "$BUNDLE/hook" "$BUNDLE"
  : >"$BATS_TEST_TMPDIR/log"
  chmod 666 "$BATS_TEST_TMPDIR/log"
  update_config --arg hook "$BUNDLE/hook" --arg log "$BATS_TEST_TMPDIR/log" '
    .hooks = {createRuntime: [{path: $hook, args: ["hook", "runtime", $log], env: ["PATH=/usr/bin:/bin"]}],
              poststop: [{path: $hook, args: ["hook", "poststop", $log], env: ["PATH=/usr/bin:/bin"]}]}'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ''
  expect_equal "$(<"$BATS_TEST_TMPDIR/log")" $'runtime 0  0 0 4294967295\npoststop 0  0 0 4294967295'
}

@test "user namespace: terminal, console and its owner" {
  map_ids 0 100000 65536
  update_config '.process.terminal = true | .process.user.uid = 1000'
  set_script 'tty; stat -c %u $(tty); test -c /dev/console && echo console'
  try script -qec "$RUNTIME --root $ROOT run --bundle $BUNDLE $ID" /dev/null
  stdout=$(without_terminal <<<"$stdout")
  expect_equal "$status $stdout" $'0 /dev/pts/0\n1000\nconsole'
}

@test "user namespace: processes of the host are out of reach (P-15)" {
  map_ids 0 100000 65536
  update_config '.linux.namespaces |= map(select(.type != "pid")) | .mounts |= map(select(.type != "proc")) |
    .process.capabilities |= map_values(["CAP_KILL"]) | del(.linux.maskedPaths, .linux.readonlyPaths)'
  sleep 1000 3>&- &
  victim=$!
  set_script "kill $victim 2>&1 | grep -o 'not permitted'"
  try runtime run --bundle "$BUNDLE" "$ID"
  alive=0
  kill "$victim" || alive=$?
  expect_equal "$alive $stdout" '0 not permitted'
}

@test "user namespace: two with disjoint ranges can't read one another's files (P-15)" {
  mkdir -m 1777 "$BUNDLE/shared"
  update_config '.mounts += [{destination: "/tmp", source: "shared", options: ["bind"]}]'
  map_ids 0 100000 65536
  set_script 'umask 077; echo secret >/tmp/file'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ''
  map_ids 0 200000 65536
  expect_inside 'cat /tmp/file 2>&1; stat -c %u /tmp/file' $'cat: can\'t open \'/tmp/file\': Permission denied\n65534'
}

@test "user namespace: a mapping onto the host's root is warned of" {
  map_ids 0 0 65536
  try runtime run --bundle "$BUNDLE" "$ID"
  [[ $status$stdout = 0 && $stderr = *"level=warning msg=\"config.json: /linux/uidMappings: an id of the container is the host's root\"" ]] ||
    fail "$status $stdout $stderr"
}

@test "user namespace: sysctls of namespaces it owns" {
  map_ids 0 100000 65536
  update_config '.linux.sysctl = {"net.ipv4.ip_forward": "1", "kernel.shm_rmid_forced": "1"}'
  expect_inside 'cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shm_rmid_forced' $'1\n1'
}
