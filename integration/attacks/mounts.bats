#!/usr/bin/env bats
# Writable kernel interfaces, the caller's terminal, mounts that come back to the host, and cgroups
# (S-39…S-45 of security.md). Options of mounts and cgroups by themselves are in mount_options.bats,
# propagation.bats, cgroup.bats, cgroup_layouts.bats and rootless.bats.
load attacks

# --- kernel interfaces -----------------------------------------------------------------------

without_namespace() { update_config --arg type "$1" '.linux.namespaces |= map(select(.type != $type))'; }

# With all capabilities there are: it is the mounts that have to stop it.
write_everywhere() {
  [ "$1" != mapped ] || map_ids 0 100000 65536
  [ "$2" != shared ] || without_namespace cgroup
  update_config '.process.capabilities |= map_values(["CAP_DAC_OVERRIDE", "CAP_NET_ADMIN", "CAP_SYS_NICE", "CAP_CHOWN"])'
  set_script 'cd /; for at in /sys /sys/fs/cgroup /sys/fs/cgroup/*; do mkdir $at/new 2>&1; done | grep -v "Read-only file system"
    busybox find /sys /proc/sys /proc/irq /proc/bus /proc/fs -type f -print0 | busybox xargs -0 touch 2>&1 |
      grep -vE "Read-only file system|Permission denied"; true'
  run_or_refuse
  [ "$status$stdout" = 0 ] || breach "status $status: $stdout$stderr"
}

@test "S-39: nothing below /sys and /proc/sys is written to" { withstands write_everywhere plain own; }
@test "S-39: nor with the host's cgroup namespace" { withstands write_everywhere plain shared; }
@test "S-39: nor in a user namespace" { withstands write_everywhere mapped own; }
@test "S-39: nor in a user namespace with the host's cgroup namespace (CVE-2023-25809)" { withstands write_everywhere mapped shared; }

# --- the caller's terminal -------------------------------------------------------------------

# TIOCSTI with nothing to put in: allowed, it would be EFAULT. TIOCLINUX, TIOCSCTTY. And what the
# terminal's name for whoever has one leads to.
take_terminal() {
  cp "$CALL" "$BUNDLE/rootfs/bin/call"
  set_script '[ -t 0 ] && call 16,0,21522,0 16,0,21532,0 16,0,21518,1; (: </dev/tty) 2>&1 | sed "s/.*: //"; cut -d " " -f 7 /proc/1/stat'
  script -qec "$RUNTIME --root $ROOT run --bundle $BUNDLE $ID" "$OUTPUT" </dev/null >/dev/null 2>&1 || true
  stdout=$(tr -d '\r' <"$OUTPUT" | grep -v '^Script ' || true)
  [[ ${stdout//$'\n'/;} =~ ^(EPERM|EIO)';'(ENOTTY|EPERM|EINVAL)';EPERM;No such device or address;0' ]] || breach "$stdout"
}

@test "S-40: a program can't type into its caller's terminal, nor make it its own" {
  needs_tool CALL
  withstands take_terminal
}

# --- mounts that come back -------------------------------------------------------------------

# The host's mounts are all shared, the container has the right to mount; it does so everywhere.
mount_everywhere() {
  mount --make-rshared /
  mkdir "$BUNDLE/volume"
  add_mounts <<'END'
/private - volume bind,rprivate
/slave   - volume bind,rslave
/default - volume bind
END
  take_as_it_is
  update_config '.process.capabilities |= map_values(["CAP_SYS_ADMIN"]) | .linux.maskedPaths = [] | .linux.readonlyPaths = []'
  set_script 'mount -t tmpfs own /private && mount -t tmpfs own /slave && mount -t tmpfs own /default && mount -t tmpfs own /tmp &&
    mount -t tmpfs own /proc/sys && mount -t tmpfs own / && umount /dev/shm && umount -l /sys && umount -l /proc && echo all'
  run_or_refuse
  [ "$stdout" = all ] || breach "it could not even mount for itself: $stdout$stderr"
}

@test "S-41: what a container mounts and unmounts stays with it" { withstands mount_everywhere; }

# --- what the host has closed ----------------------------------------------------------------

# close_folder FOLDER MOUNT: read-only and more, by the flags of the mount alone, with a secret covered.
close_folder() {
  mkdir -p "$1/sub"
  echo untouched >"$1/file"
  chmod 666 "$1/file"
  echo secret >"$1/sub/secret"
  mount -t tmpfs over "$1/sub"
  mount -o remount,bind,ro,nosuid,nodev "$2"
}

# open_folder FOLDER MOUNT: in the container.
open_folder() {
  set_script "for flags in ro,suid,nodev ro,nosuid,dev ro,nosuid,nodev,noatime rw,nosuid,nodev; do
      mount -o remount,bind,\$flags $2 2>/dev/null && echo remounted \$flags
    done
    (echo changed >$1/file) 2>/dev/null && echo written
    umount $1/sub 2>/dev/null || umount -l $1/sub 2>/dev/null; cat $1/sub/secret 2>/dev/null; echo tried"
  run_or_refuse
  [ "$stdout" = tried ] || breach "$stdout$stderr"
}

as_administrator() {
  map_ids 0 100000 65536
  update_config '.process.capabilities |= map_values(["CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE"])'
}

open_volume() {
  mkdir "$BUNDLE/volume"
  mount -t tmpfs closed "$BUNDLE/volume"
  close_folder "$BUNDLE/volume" "$BUNDLE/volume"
  [ "$1" = reachable ] || chmod 700 "$BUNDLE"
  take_as_it_is
  as_administrator
  add_mounts <<<'/home - volume rbind'
  open_folder /home /home
}

open_root() {
  mkdir "$BUNDLE/closed"
  mount -t tmpfs -o mode=755 closed "$BUNDLE/closed"
  cp -a "$BUNDLE/rootfs/." "$BUNDLE/closed"
  close_folder "$BUNDLE/closed/home" "$BUNDLE/closed"
  take_as_it_is
  as_administrator
  update_config '.root.path = "closed"'
  open_folder /home /
}

@test "S-42: a volume keeps the flags of the host's mount, and what covers a part of it" { withstands open_volume reachable; }
@test "S-42: also one that lies where only the host's root may go" { withstands open_volume hidden; }
@test "S-42: so does the root file system" { withstands open_root; }

# --- cgroups ---------------------------------------------------------------------------------

leave_cgroups() {
  local path
  for path in "/../../../../../../..$OUTSIDE/made" "/$ID/../../../../../../../..$OUTSIDE/made" "../../../../../../..$OUTSIDE/made" \
    /.. "/$ID/.." "$ID/../../../x-$ID"; do
    update_config --arg path "$path" '.linux.cgroupsPath = $path'
    try runtime run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ] || breach "$path was taken"
  done
}

@test "S-43: a cgroupsPath that leads out (B-51)" { withstands leave_cgroups; }
@test "S-43: crun makes a folder outside (B-51)" { gives_way crun 'the host has changed: .*> made d ' leave_cgroups; }

# A thousand, with names of all kinds (the kernel takes no line ends), and limits on their number and depth.
nest_cgroups() {
  local folder
  folder=$(awk '/ - cgroup2 / { print $5 }' /proc/self/mountinfo)
  set_script 'cd "/sys/fs/cgroup/$1"
    for i in $(seq 25); do mkdir $i; for j in $(seq 40); do mkdir $i/$j; done; done
    mkdir "..x" "a b" "$(printf "%0255d" 0)" -- -rf
    deep=.; for i in $(seq 20); do deep=$deep/deep; mkdir $deep; done
    sh -c "echo 0 >$deep/cgroup.procs; exec setsid sleep 1000" & sh -c "echo 0 >-rf/cgroup.procs; exec sleep 1000" &
    echo 0 >cgroup.max.depth; echo 0 >cgroup.max.descendants; echo 1 >-rf/cgroup.freeze
    echo ready; exec sleep 1000'
  update_config --arg folder "${folder#/sys/fs/cgroup}" '(.mounts[] | select(.type == "cgroup")).options = ["rw"] |
    .process.args += ["sh", $folder]'
  create "$ID"
  runtime start "$ID"
  wait_until has_content "$OUTPUT"
  [ "$(<"$OUTPUT")" = ready ] || breach "$(<"$OUTPUT")"
  [ "$(find "$folder/runtime-$ID" -type d | wc -l)" -gt 1000 ] || breach 'there are not a thousand'
  try runtime delete --force "$ID"
  [ "$status$stderr" = 0 ] || breach "delete: $stderr"
}

@test "S-44: a thousand cgroups in the container's, one frozen, are removed" {
  grep -q ' - cgroup2 ' /proc/self/mountinfo || skip 'no cgroup2'
  withstands nest_cgroups
}
