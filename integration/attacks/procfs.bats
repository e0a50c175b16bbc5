#!/usr/bin/env bats
# What is written into procfs, diverted by mounts over it or by namespaces that are the host's (S-15…S-18
# of security.md).
load attacks

# --- mounts over procfs ----------------------------------------------------------------------

volume_over_proc() {
  mkdir "$BUNDLE/volume"
  update_config '(.mounts[] | select(.destination == "/proc")) = {destination: "/proc", source: "volume", options: ["bind"]} |
    del(.linux.maskedPaths, .linux.readonlyPaths)'
  set_script 'test -e /proc/self/status || echo covered'
  try runtime run --bundle "$BUNDLE" "$ID"
  [[ $stdout != *covered* ]] || breach 'a volume is in place of procfs'
}

@test "S-15: a volume in place of procfs (B-39)" { withstands volume_over_proc; }
@test "S-15: crun takes it (B-39)" { gives_way crun 'a volume is in place of procfs' volume_over_proc; }

# What would be written there to confine the program goes nowhere.
tmpfs_over_attributes() {
  local at
  cp "$BUNDLE/config.json" "$BUNDLE/saved.json"
  for at in /proc/self/attr /proc/self /proc/sys /proc/1/attr; do
    cp "$BUNDLE/saved.json" "$BUNDLE/config.json"
    add_mounts <<<"$at tmpfs tmpfs -"
    try runtime run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ] || breach "tmpfs over $at"
  done
}

@test "S-15: a tmpfs over the attributes of processes, over kernel settings (B-40)" { withstands tmpfs_over_attributes; }
@test "S-15: crun takes it (B-40)" { gives_way crun 'tmpfs over /proc/self/attr' tmpfs_over_attributes; }
@test "S-15: runc takes it (B-40)" { gives_way runc 'tmpfs over /proc/self/attr' tmpfs_over_attributes; }

# What is written into procfs, and not protected there.
use_settings() {
  update_config '.linux.sysctl = {"net.ipv4.ip_unprivileged_port_start": "1234", "kernel.shmmni": "77"} |
    .process.oomScoreAdj = 321 | .linux.maskedPaths = [] | .linux.readonlyPaths = []'
  set_program sleep 1000
}

# Seen from outside, in a procfs that nobody has covered.
expect_settings() {
  local pid
  pid=$(state_of "$ID" pid)
  [ "$(nsenter --net="/proc/$pid/ns/net" cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" = 1234 ] || breach 'no effect in the network'
  [ "$(nsenter --ipc="/proc/$pid/ns/ipc" cat /proc/sys/kernel/shmmni)" = 77 ] || breach 'no effect on shared memory'
  [ "$(<"/proc/$pid/oom_score_adj")" = 321 ] || breach 'no effect on the score'
}

# A neighbour with a share in the mounts, at the worst moment: a hook in the container's own namespaces,
# after its procfs is mounted.
mount_over_everything() {
  local hook='set -e; for at in proc/sys proc/sys/net proc/self proc/1 proc/thread-self; do
    mount --bind '"$BUNDLE/fake"' '"$BUNDLE/rootfs"'/$at; done; mkdir -p '"$BUNDLE/fake"'/covered'
  mkdir -p "$BUNDLE/fake/net/ipv4" "$BUNDLE/fake/attr" "$BUNDLE/fake/kernel"
  touch "$BUNDLE"/fake/{net/ipv4/ip_unprivileged_port_start,attr/exec,kernel/shmmni,uid_map,gid_map,oom_score_adj}
  update_config --arg hook "$hook" \
    '.hooks.createContainer = [{path: "/bin/sh", args: ["sh", "-c", $hook], env: ["PATH=/usr/bin:/bin"]}]'
  use_settings
  create "$ID"
  [ -d "$BUNDLE/fake/covered" ] || breach 'nothing was mounted over procfs, so this shows nothing'
  expect_settings
  [ -z "$(find "$BUNDLE/fake" -type f -size +0)" ] || breach "written to $(find "$BUNDLE/fake" -type f -size +0)"
}

@test "S-17: mounts over procfs before anything is written to it" { withstands mount_over_everything; }

# The neighbour goes on with it: from a hook before anything is written to procfs until he is killed he binds
# what the image brings over it, in the container's mount namespace, and takes it away again.
make_flipper() {
  cat >"$BUNDLE/flip" <<'END'
import ctypes, json, os, sys
BIND, DETACH, NEW_MOUNTS = 0x1000, 2, 0x20000
libc = ctypes.CDLL(None)
bundle, init = sys.argv[1], json.load(sys.stdin)["pid"]
flips = os.open(bundle + "/flips", os.O_WRONLY | os.O_CREAT)
if libc.setns(os.open(f"/proc/{init}/ns/mnt", os.O_RDONLY), NEW_MOUNTS):
    sys.exit("setns")
flipper = os.fork()
if flipper:
    print(flipper, file=open(bundle + "/flipper", "w"))
    sys.exit()
# Its root is first the host's, and with the pivot becomes the container's.
tops = [name.encode() for name in (bundle + "/rootfs", "")]
count = 0
while True:
    for top in tops:
        for name in b"sys", b"1":
            at = top + b"/proc/" + name
            count += libc.mount(top + b"/fake/" + name, at, None, BIND, None) == 0
            libc.umount2(at, DETACH)
    os.pwrite(flips, b"%d" % count, 0)
END
  update_config --arg flip "$BUNDLE/flip" --arg bundle "$BUNDLE" \
    '.hooks.createRuntime = [{path: "/usr/bin/python3", args: ["python3", $flip, $bundle]}]'
}

flip_mounts() {
  local count rounds=0 flips=0 until=$((SECONDS + ATTACK_SECONDS))
  mkdir -p "$BUNDLE"/rootfs/fake/{sys/net/ipv4,sys/kernel,1/attr}
  touch "$BUNDLE"/rootfs/fake/{sys/net/ipv4/ip_unprivileged_port_start,sys/kernel/shmmni,1/attr/exec,1/uid_map,1/oom_score_adj}
  make_flipper
  use_settings
  while ((SECONDS < until)); do
    create "$ID"
    expect_settings
    kill "$(<"$BUNDLE/flipper")"
    count=$(<"$BUNDLE/flips")
    flips=$((flips + ${count:-0}))
    rounds=$((rounds + 1))
    rm "$BUNDLE/flips"
    runtime delete --force "$ID"
  done
  [ -z "$(find "$BUNDLE/rootfs/fake" -type f -size +0)" ] || breach "written to $(find "$BUNDLE/rootfs/fake" -type f -size +0)"
  [ "$flips" -gt $((10 * rounds)) ] || breach "in $rounds rounds something was mounted $flips times, so this shows nothing"
}

@test "S-17: mounts that come and go over procfs while it is written to" {
  command -v python3 >/dev/null || skip 'python3 is not installed'
  withstands flip_mounts
}

# --- settings of the host --------------------------------------------------------------------

# set_in_host NAMESPACE FILE NAME VALUE: the namespace is the host's, given by its path.
set_in_host() {
  update_config --arg type "$1" --arg path "/proc/1/ns/$2" --arg name "$3" --arg value "$4" '
    .linux.namespaces |= (map(select(.type != $type)) + [{type: $type, path: $path}]) | .linux.sysctl = {($name): $value}'
  try runtime run --bundle "$BUNDLE" "$ID"
}

@test "S-17: a setting of the host's network (B-49)" { withstands set_in_host network net net.ipv4.ip_unprivileged_port_start 1234; }
@test "S-17: crun sets it (B-49)" {
  gives_way crun 'the host has changed: .*ip_unprivileged_port_start:1234' \
    set_in_host network net net.ipv4.ip_unprivileged_port_start 1234
}
@test "S-17: a setting of the host's shared memory (B-50)" { withstands set_in_host ipc ipc kernel.shmmni 77; }
@test "S-17: crun sets it (B-50)" { gives_way crun 'the host has changed: .*shmmni:77' set_in_host ipc ipc kernel.shmmni 77; }
@test "S-17: runc sets it (B-50)" { gives_way runc 'the host has changed: .*shmmni:77' set_in_host ipc ipc kernel.shmmni 77; }

# --- by which way ----------------------------------------------------------------------------

# From the first mount of the container on, init opens nothing of /proc by a path: it could be anything.
no_path_of_proc() {
  update_config '.linux.sysctl = {"net.ipv4.ip_unprivileged_port_start": "1234"} | .process.oomScoreAdj = 321'
  try strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=/open.*,move_mount,execve "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  [ "$status" = 0 ] || breach "$stderr"
  grep -q 'open.*"sys/net/ipv4/ip_unprivileged_port_start".*RESOLVE_NO_XDEV' "$BATS_TEST_TMPDIR/trace" ||
    breach "the setting was opened in another way: $(grep port_start "$BATS_TEST_TMPDIR/trace")"
  init=$(awk '$2 ~ /^move_mount/ { print $1; exit }' "$BATS_TEST_TMPDIR/trace")
  found=$(awk -v init="$init" '$1 == init && /move_mount/ { mounting = 1 } $1 == init && /execve/ { exit }
    $1 == init && mounting && /open[a-z0-9]*\(AT_FDCWD, "\/proc/' "$BATS_TEST_TMPDIR/trace")
  [ -z "$found" ] || breach "$found"
}

@test "S-18: nothing in procfs is opened by its path once the container's mounts are made" {
  needs_strace
  withstands no_path_of_proc
}
