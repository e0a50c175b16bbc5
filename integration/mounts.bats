#!/usr/bin/env bats
# config.md#mounts: order, destinations, and what is refused (A-020…A-048 of the feature inventory,
# S-10, S-13 and S-15 of security.md). Options are in mount_options.bats, propagation in
# propagation.bats, cgroup mounts in cgroup.bats.
load helpers

# expect_refusals: lines "MOUNT | TEXT", each in a config with this mount as number 7.
expect_refusals() {
  local mount text
  cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/config.json"
  while IFS='|' read -r mount text; do
    add_mounts <<<"$mount"
    expect_refusal "${text# }"
    cp "$BATS_TEST_TMPDIR/config.json" "$BUNDLE/config.json"
  done
}

# --- order and destinations ------------------------------------------------------------------

# fsconfig(2) takes 255 bytes.
expect_many_layers() {
  local layer lower='' folder
  folder=$BUNDLE/$(printf 'long%.0s' {1..20})
  for layer in 1 2 3 4 5; do
    mkdir -p "$folder/$layer"
    echo "$layer" | tee "$folder/$layer/$layer" >"$folder/$layer/top"
    lower=$lower${lower:+:}$folder/$layer
  done
  mkdir "$BUNDLE/rootfs/m"
  chmod a+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" && chmod -R a+rX "$BATS_TEST_TMPDIR"
  [ "${#lower}" -gt 400 ]
  add_mounts <<<"/m overlay overlay ro,nosuid,lowerdir=$lower"
  expect_inside "cat /m/[1-5] /m/top; touch /m/x 2>&1; awk '\$5 == \"/m\" { print \$6, \$9 }' /proc/self/mountinfo" '1
2
3
4
5
1
touch: /m/x: Read-only file system
ro,nosuid,relatime overlay'
}

@test "mounts: an overlay of many layers" { expect_many_layers; }
@test "mounts: an overlay of many layers, in a user namespace" {
  map_ids 0 100000 65536
  expect_many_layers
}

@test "mounts: in the order of the list" {
  mkdir "$BUNDLE/under" && touch "$BUNDLE/under/file"
  add_mounts <<'END'
/m        tmpfs first  -
/m/inner  tmpfs second -
/m/inner/bound - under bind
/n/inner  tmpfs third  -
/n        tmpfs fourth -
END
  expect_inside "ls /m /m/inner/bound /n
    awk '\$5 ~ \"^/[mn]\" && !/bound/ { print \$5, \$(NF - 1) }' /proc/self/mountinfo" '/m:
inner

/m/inner/bound:
file

/n:
/m first
/m/inner second
/n/inner third
/n fourth'
}

@test "mounts: a missing destination is made, a folder or a file" {
  echo content >"$BUNDLE/file"
  mkdir "$BUNDLE/folder"
  add_mounts <<'END'
/new/tmpfs/here  tmpfs tmpfs  -
/new/file        -     file   bind
/new/folder/here -     folder bind
END
  umask 077
  expect_inside 'cat /new/file; cd /new; stat -c "%n %F %a" folder folder/here' 'content
folder directory 755
folder/here directory 755'
  # The mount points, which stay in the root file system.
  (cd "$BUNDLE/rootfs/new" && expect_equal "$(stat -c '%n %F %a' tmpfs/here file folder/here)" \
    $'tmpfs/here directory 755\nfile regular empty file 644\nfolder/here directory 755')
}

@test "mounts: a relative destination begins at the root, with a warning" {
  add_mounts <<<'m/relative tmpfs tmpfs -'
  update_config '.process.cwd = "/tmp"'
  set_script "awk '\$5 ~ \"^/m\" { print \$5, \$6 }' /proc/self/mountinfo"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stdout ${stderr#* level=}" '0 /m/relative rw,relatime warning '\
'msg="/mounts/7/destination: \"m/relative\" is relative, taken from \"/\""'
}

@test "mounts: a destination is cleaned" {
  add_mounts <<<'/../m//./x/../y/ tmpfs tmpfs -'
  expect_inside "awk '\$5 ~ \"^/m\" { print \$5, \$6 }' /proc/self/mountinfo" '/m/y rw,relatime'
}

@test "mounts: links in the image stay inside (S-13)" {
  mkdir "$BUNDLE/rootfs/run" "$BUNDLE/rootfs/var" "$BUNDLE/rootfs/m"
  ln -s /run "$BUNDLE/rootfs/var/run"
  ln -s /run/shm "$BUNDLE/rootfs/m/shm"
  ln -s ../run/resolv.conf "$BUNDLE/rootfs/etc/resolv.conf"
  echo nameserver >"$BUNDLE/resolv.conf"
  add_mounts <<'END'
/run             tmpfs tmpfs       -
/var/run/lock    tmpfs tmpfs       -
/m/shm           tmpfs tmpfs       -
/etc/resolv.conf -     resolv.conf bind
END
  expect_inside 'cut -d " " -f 5 /proc/self/mountinfo | grep ^/run; cat /etc/resolv.conf' \
    $'/run\n/run/lock\n/run/shm\n/run/resolv.conf\nnameserver'
  expect_equal "$(ls -A "$BUNDLE/rootfs/run")" ''
}

@test "mounts: /dev/shm, /dev/mqueue, /sys and what else spec lists" {
  expect_inside 'for at in /proc /dev /dev/pts /dev/shm /dev/mqueue /sys; do
      awk -v at=$at "\$5 == at { print \$5, \$6, \$8 }" /proc/self/mountinfo; done; stat -c "%a %n" /dev /dev/shm' \
    '/proc rw,relatime proc
/dev rw,nosuid tmpfs
/dev/pts rw,nosuid,noexec,relatime devpts
/dev/shm rw,nosuid,nodev,noexec,relatime tmpfs
/dev/mqueue rw,nosuid,nodev,noexec,relatime mqueue
/sys ro,nosuid,nodev,noexec,relatime sysfs
755 /dev
1777 /dev/shm'
}

@test "mounts: none at all" {
  update_config '.mounts = [] | del(.linux.maskedPaths, .linux.readonlyPaths)'
  expect_inside 'ls -A /proc /sys; [ -c /dev/null ] && echo device' $'/proc:\n\n/sys:\ndevice'
  update_config 'del(.mounts)'
  expect_inside 'echo ran' ran
}

# --- refused ---------------------------------------------------------------------------------

@test "mounts: options of a file system, several in one text" {
  update_config '.mounts += [{destination: "/m", type: "tmpfs", source: "tmpfs", options: ["nosuid", "size=64k,mode=711,", "nr_inodes=9"]}]'
  expect_inside 'stat -c %a /m; grep " /m " /proc/mounts | tr , "\n" | grep -e size -e inodes' $'711\nsize=64k\nnr_inodes=9'
}

@test "mounts: bad options are named" {
  mkdir "$BUNDLE/volume"
  expect_refusals <<'END'
/m - volume bind,size=64k|config.json: /mounts/7/options/1: "size=64k" is no option of a bind mount
/m - volume unknown,bind|config.json: /mounts/7/options/0: "unknown" is no option of a bind mount
/m tmpfs tmpfs ro,unknown|mounts[7] /m (tmpfs of tmpfs): option "unknown" of tmpfs: tmpfs: Unknown parameter 'unknown': Invalid argument (EINVAL)
/m tmpfs tmpfs size=many|mounts[7] /m (tmpfs of tmpfs): option "size=many" of tmpfs: tmpfs: Bad value for 'size': Invalid argument (EINVAL)
/tmp - - remount,ro|mounts[7] /tmp: nothing is mounted there: Invalid argument (EINVAL)
END
}

@test "mounts: bad types and sources are named" {
  expect_refusals <<END
/m bind /tmp ro|config.json: /mounts/7/type: "bind" makes no bind mount, the option "bind" or "rbind" does
/m - /tmp ro|config.json: /mounts/7/type: missing, and so is the option "bind" or "rbind"
/m none - bind|config.json: /mounts/7/source: missing, a bind mount needs one
/m nofs nofs -|mounts[7] /m (nofs of nofs): unknown filesystem type "nofs"
/m - /nowhere/at/all bind|mounts[7] /m (bind of /nowhere/at/all): bind source: open_tree /nowhere/at/all: not found (ENOENT)
/m - nowhere rbind|mounts[7] /m (bind of $BUNDLE/nowhere): bind source: open_tree $BUNDLE/nowhere: not found (ENOENT)
END
}

@test "mounts: a destination of another kind than the source" {
  mkdir "$BUNDLE/volume"
  expect_refusals <<END
/etc/passwd   -     volume      bind|mounts[7] /etc/passwd (bind of $BUNDLE/volume): the destination is not a directory
/etc/passwd   tmpfs tmpfs       -|mounts[7] /etc/passwd (tmpfs of tmpfs): the destination is not a directory
/etc          -     config.json bind|mounts[7] /etc (bind of $BUNDLE/config.json): the source is not a directory, the destination is
/etc/passwd/x tmpfs tmpfs       -|mounts[7] /etc/passwd/x (tmpfs of tmpfs): creating passwd: a component is not a folder (ENOTDIR)
END
}

@test "mounts: destinations that would hide the root or procfs (S-15)" {
  mkdir "$BUNDLE/volume"
  ln -s / "$BUNDLE/rootfs/slash"
  ln -s proc/self "$BUNDLE/rootfs/self"
  expect_refusals <<END
/ tmpfs tmpfs -|config.json: /mounts/7/destination: "/" is the container's root
/x/.. tmpfs tmpfs -|config.json: /mounts/7/destination: "/x/.." is the container's root
/slash tmpfs tmpfs -|mounts[7] /slash (tmpfs of tmpfs): the destination is a link to the root itself
/proc tmpfs tmpfs -|config.json: /mounts/7/destination: "/proc" may not be mounted over, it belongs to procfs
/proc - volume bind|mounts[7] /proc (bind of $BUNDLE/volume): only a procfs may be bound on /proc
/proc/self/attr tmpfs tmpfs -|config.json: /mounts/7/destination: "/proc/self/attr" may not be mounted over, it belongs to procfs
/proc/sys tmpfs tmpfs -|config.json: /mounts/7/destination: "/proc/sys" may not be mounted over, it belongs to procfs
/proc/sysrq-trigger - config.json bind|config.json: /mounts/7/destination: "/proc/sysrq-trigger" may not be mounted over, it belongs to procfs
/tmp/../proc/1 - volume bind|config.json: /mounts/7/destination: "/tmp/../proc/1" may not be mounted over, it belongs to procfs
/self/attr tmpfs tmpfs -|mounts[7] /self/attr (tmpfs of tmpfs): the destination leads into procfs, where nothing may be mounted over
END
}

@test "mounts: the files of procfs that lxcfs covers" {
  files='cpuinfo diskstats loadavg meminfo slabinfo stat swaps uptime'
  echo covered >"$BUNDLE/file"
  for file in $files; do echo "/proc/$file - file bind,ro"; done | add_mounts
  expect_inside "cd /proc; cat $files | sort -u" covered
}

@test "mounts: a whole procfs may be bound on /proc" {
  update_config '.mounts[0] = {destination: "/proc", source: "/proc", options: ["rbind", "nosuid"]} |
    .linux.namespaces |= map(select(.type != "pid"))'
  expect_inside 'grep -c . /proc/self/environ; awk "\$5 == \"/proc\" { print \$6, \$8 }" /proc/self/mountinfo' \
    $'1\nrw,nosuid,relatime proc'
}

@test "mounts: no link says where procfs or sysfs are (S-10)" {
  mkdir "$BUNDLE/rootfs/elsewhere"
  while read -r at mount; do
    rmdir "$BUNDLE/rootfs$at"
    for target in elsewhere /elsewhere nowhere /; do
      ln -s "$target" "$BUNDLE/rootfs$at"
      expect_refusal "mounts[$mount): openat2 $at: too many symbolic links, or a link where none may be (ELOOP)"
      rm "$BUNDLE/rootfs$at"
    done
    touch "$BUNDLE/rootfs$at"
    expect_refusal "mounts[$mount): the destination is not a directory"
    # Missing, it is made.
    rm "$BUNDLE/rootfs$at"
  done <<'END'
/proc 0] /proc (proc of proc
/sys 5] /sys (sysfs of sysfs
END
  expect_inside 'ls -d /proc/self/ /sys/kernel/; ls /elsewhere' $'/proc/self/\n/sys/kernel/'
}
