#!/usr/bin/env bats
# The container's root file system: config.md#root, the pivot, and images whose links would lead out
# (A-004…A-006 of the feature inventory; S-01…S-03, S-13, S-14 of security.md).
load helpers

# A folder of the host that no container may reach. Its path is what hostile links say.
make_outside() {
  OUTSIDE=$BATS_TEST_TMPDIR/outside
  mkdir -p "$OUTSIDE/folder"
  echo untouched | tee "$OUTSIDE/file" >"$OUTSIDE/folder/file"
  before=$(list_outside)
}
list_outside() { find "$OUTSIDE" -printf '%P %i %m %n %s %T@ %C@\n' | sort; }
expect_outside_untouched() { expect_equal "$(list_outside)" "$before" 'the folder outside'; }

# --- root.path -------------------------------------------------------------------------------

@test "root.path: relative to the bundle, absolute, through links" {
  mv "$BUNDLE/rootfs" "$BATS_TEST_TMPDIR/elsewhere"
  ln -s ../elsewhere "$BUNDLE/link"
  ln -s .. "$BUNDLE/up"
  number=$(stat -c %i "$BATS_TEST_TMPDIR/elsewhere")
  for path in "$BATS_TEST_TMPDIR/elsewhere" ../elsewhere ./../elsewhere/ link link/. up/elsewhere; do
    update_config --arg path "$path" '.root.path = $path'
    expect_inside 'stat -c %i /' "$number"
  done
  # The state tells where it really is.
  create "$ID"
  expect_equal "$(state_of "$ID" rootfs)" "$BATS_TEST_TMPDIR/elsewhere"
}

@test "root.path: the bundle itself" {
  mv "$BUNDLE"/rootfs/* "$BUNDLE"
  update_config '.root.path = "."'
  expect_inside 'ls -d /bin /config.json' $'/bin\n/config.json'
}

@test "root.path: bad ones" {
  touch "$BUNDLE/file"
  ln -s loop "$BUNDLE/loop"
  while IFS='|' read -r path text; do
    update_config --arg path "$path" '.root.path = $path'
    expect_refusal "config.json: /root/path: $text"
  done <<'END'
|empty
nowhere|open nowhere: not found (ENOENT)
file|open file: a component is not a folder (ENOTDIR)
rootfs/bin/busybox|open rootfs/bin/busybox: a component is not a folder (ENOTDIR)
loop|open loop: too many symbolic links, or a link where none may be (ELOOP)
END
  update_config 'del(.root.path)'
  expect_refusal 'config.json: /root/path: missing'
  update_config 'del(.root)'
  expect_refusal 'config.json: /root: missing'
}

# --- root.readonly ---------------------------------------------------------------------------

@test "root.readonly: the root can't be written, mounts can" {
  mkdir "$BUNDLE/volume"
  update_config '.root.readonly = true'
  add_mounts <<'END'
/tmp    tmpfs tmpfs  -
/volume -     volume bind
END
  expect_inside 'for at in /new /etc/passwd /home/user/new; do (echo x >$at) 2>&1; done
    for at in /tmp/new /dev/shm/new /volume/new; do (echo x >$at) && echo $at; done
    awk "\$5 == \"/\" { print \$6 }" /proc/self/mountinfo | cut -d , -f 1' \
    "sh: can't create /new: Read-only file system
sh: can't create /etc/passwd: Read-only file system
sh: can't create /home/user/new: Read-only file system
/tmp/new
/dev/shm/new
/volume/new
ro"
  # Only the container's view of it.
  touch "$BUNDLE/rootfs/new"
}

@test "root.readonly: false, or absent, is writable" {
  for change in '.root.readonly = false' 'del(.root.readonly)'; do
    update_config "$change"
    expect_inside 'echo x >/new && cat /new' x
  done
}

# --- the pivot -------------------------------------------------------------------------------

@test "pivot: the container's mounts are all there are" {
  update_config '.linux.maskedPaths = [] | .linux.readonlyPaths = [] | .mounts |= map(select(.type != "cgroup"))'
  expect_inside 'cut -d " " -f 5 /proc/self/mountinfo' '/
/proc
/dev
/dev/pts
/dev/shm
/dev/mqueue
/sys'
}

@test "pivot: nothing is above the root" {
  expect_inside 'cd /..; cd ../../..; pwd; ls; readlink /proc/1/root; readlink /proc/self/cwd' '/
bin
dev
etc
home
proc
root
sys
tmp
/
/'
}

@test "pivot: mountinfo names no path of the host but the root's (S-45)" {
  expect_inside "awk '\$4 != \"/\" && \$5 != \"/\" && \$4 !~ \"^/(null|sys|bus|fs|irq|sysrq-trigger)\$\"' /proc/self/mountinfo" ''
}

@test "pivot: what the host has mounted in the root comes along" {
  mkdir "$BUNDLE/rootfs/m"
  mount -t tmpfs tmpfs "$BUNDLE/rootfs/m"
  touch "$BUNDLE/rootfs/m/file"
  set_script 'ls /m'
  try runtime run --bundle "$BUNDLE" "$ID"
  umount "$BUNDLE/rootfs/m"
  expect_success file
}

@test "pivot: nothing of the container's is mounted on the host" {
  set_program sleep 1000
  before=$(cut -d ' ' -f 3- /proc/self/mountinfo)
  create "$ID"
  runtime start "$ID"
  expect_equal "$(cut -d ' ' -f 3- /proc/self/mountinfo)" "$before"
}

@test "pivot: the root is the folder that was there at create, whatever its name then is (S-14)" {
  set_script 'cat /mark'
  echo right >"$BUNDLE/rootfs/mark"
  create "$ID"
  mv "$BUNDLE/rootfs" "$BUNDLE/old"
  mkdir "$BUNDLE/rootfs"
  runtime start "$ID"
  wait_until has_content "$OUTPUT"
  expect_equal "$(<"$OUTPUT")" right
}

# --- hostile images --------------------------------------------------------------------------

# Everything that is created by a path of the image, with the path's beginning to be given.
use_everywhere() {
  mkdir -p "$BUNDLE/volume" && touch "$BUNDLE/file"
  add_mounts <<END
$1/bind   -      volume bind
$1/a/file -      file   bind
$1/tmpfs  tmpfs  tmpfs  -
$1/mqueue mqueue mqueue -
$1/pts    devpts devpts newinstance
END
  update_config --arg at "$1" '.process.cwd = $at + "/cwd/new" | .process.terminal = false |
    .linux.devices = [{path: ($at + "/device/null"), type: "c", major: 1, minor: 3}]'
}
what_is_made='bind a/file tmpfs mqueue pts cwd/new device/null'

# expect_made FOLDER: in the root file system, and nothing outside.
expect_made() {
  set_script "cd $1 && ls -d $what_is_made | wc -l"
  # It warns of the device's path.
  try runtime --log /dev/null run --bundle "$BUNDLE" "$ID"
  expect_success 7
  expect_outside_untouched
}

@test "links: absolute, to a path of the host (S-01)" {
  make_outside
  mkdir -p "$BUNDLE/rootfs/m/n"
  ln -s "$OUTSIDE" "$BUNDLE/rootfs/link"
  ln -s "$OUTSIDE/folder" "$BUNDLE/rootfs/m/n/link"
  use_everywhere /link
  expect_made "$OUTSIDE"
  use_everywhere /m/n/link/below
  expect_made "$OUTSIDE/folder/below"
}

@test "links: with more .. than the path is deep (S-02)" {
  make_outside
  mkdir -p "$BUNDLE/rootfs/m"
  ln -s "../../../../../../../../../../../..$OUTSIDE/." "$BUNDLE/rootfs/m/link"
  ln -s ../m//link/ "$BUNDLE/rootfs/m/again"
  use_everywhere /m/again
  expect_made "$OUTSIDE"
}

@test "links: that lead to what exists, .. and slashes at the end (S-02)" {
  make_outside
  mkdir -p "$BUNDLE/rootfs$OUTSIDE/folder"
  ln -s "$OUTSIDE/folder" "$BUNDLE/rootfs/link"
  for at in /link/ /link/. /link// /link/..; do
    add_mounts <<<"$at/x tmpfs tmpfs -"
  done
  # A .. in a destination is taken as text, before any link is.
  expect_inside 'awk "\$9 == \"tmpfs\" || \$8 == \"tmpfs\" { print \$5 }" /proc/self/mountinfo | grep x$' \
    "$OUTSIDE/folder/x
$OUTSIDE/folder/x
$OUTSIDE/folder/x
/x"
  expect_outside_untouched
}

@test "links: dangling ones, at the end and before (S-03)" {
  make_outside
  ln -s "$OUTSIDE/new" "$BUNDLE/rootfs/link"
  touch "$BUNDLE/file" && mkdir "$BUNDLE/volume"
  ln -s "$OUTSIDE/newfile" "$BUNDLE/rootfs/filelink"
  add_mounts <<'END'
/link     -     volume bind
/link     tmpfs tmpfs  -
/filelink -     file   bind
/link/a/b tmpfs tmpfs  -
END
  expect_inside "cut -d ' ' -f 5 /proc/self/mountinfo | grep outside" "$OUTSIDE/new
$OUTSIDE/new
$OUTSIDE/newfile
$OUTSIDE/new/a/b"
  expect_outside_untouched
}

@test "links: 40 of them, but no more (S-02)" {
  mkdir "$BUNDLE/rootfs/m"
  ln -s /m "$BUNDLE/rootfs/l1"
  for at in {2..41}; do ln -s "l$((at - 1))" "$BUNDLE/rootfs/l$at"; done
  cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/config.json"
  add_mounts <<<'/l40 tmpfs tmpfs -'
  expect_inside 'grep -c " /m " /proc/self/mountinfo' 1
  cp "$BATS_TEST_TMPDIR/config.json" "$BUNDLE/config.json"
  add_mounts <<<'/l41 tmpfs tmpfs -'
  expect_refusal 'mounts[7] /l41 (tmpfs of tmpfs): openat2 /l41: too many symbolic links, or a link where none may be (ELOOP)'
  ln -s loop "$BUNDLE/rootfs/loop"
  cp "$BATS_TEST_TMPDIR/config.json" "$BUNDLE/config.json"
  add_mounts <<<'/loop/x tmpfs tmpfs -'
  expect_refusal 'mounts[7] /loop/x (tmpfs of tmpfs): openat2 /loop/x: too many symbolic links, or a link where none may be (ELOOP)'
}

@test "links: a volume's lead into the container as well" {
  make_outside
  mkdir "$BUNDLE/volume"
  ln -s "$OUTSIDE" "$BUNDLE/volume/link"
  add_mounts <<'END'
/m           -     volume bind
/m/link/new  tmpfs tmpfs  -
END
  expect_inside "cut -d ' ' -f 5 /proc/self/mountinfo | grep new" "$OUTSIDE/new"
  expect_outside_untouched
}
