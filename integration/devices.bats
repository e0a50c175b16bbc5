#!/usr/bin/env bats
# /dev: what every container has, and what linux.devices adds (A-120…A-122 and A-046 of the feature
# inventory, S-07 and S-08 of security.md).
load helpers

# add_devices JSON…
add_devices() { update_config ".linux.devices = [$(IFS=, && echo "$*")]"; }

# Without a tmpfs there, the image's /dev is the container's.
use_images_dev() { update_config '.mounts |= map(select(.destination | startswith("/dev") | not))'; }

# What the host's folder $OUTSIDE holds, for the tests of what must not happen to it.
make_outside() {
  OUTSIDE=$BATS_TEST_TMPDIR/outside
  mkdir -p "$OUTSIDE"
  echo untouched >"$OUTSIDE/ptmx"
}
expect_outside_untouched() {
  expect_equal "$(cd "$OUTSIDE" && ls -A && cat ptmx)" $'ptmx\nuntouched' 'the folder outside'
}

# --- what every container has ----------------------------------------------------------------

@test "devices: the default nodes" {
  umask 077
  expect_inside 'cd /dev; stat -c "%n %F %t:%T %a %u:%g" null zero full random urandom tty' \
    'null character special file 1:3 666 0:0
zero character special file 1:5 666 0:0
full character special file 1:7 666 0:0
random character special file 1:8 666 0:0
urandom character special file 1:9 666 0:0
tty character special file 5:0 666 0:0'
}

@test "devices: the default links" {
  expect_inside 'cd /dev; for link in fd stdin stdout stderr ptmx; do echo $link $(readlink $link); done' \
    'fd /proc/self/fd
stdin /proc/self/fd/0
stdout /proc/self/fd/1
stderr /proc/self/fd/2
ptmx pts/ptmx'
}

@test "devices: nothing else, but core where there is a /proc/kcore" {
  if [ -e /proc/kcore ]; then core='core '; fi
  expect_inside 'ls /dev | tr "\n" " "' \
    "${core-}fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero "
}

@test "devices: they work" {
  expect_inside 'cat /dev/null; head -c 2 /dev/zero | od -An -c; head -c 9 /dev/urandom | wc -c
    head -c 1 /dev/zero 2>&1 >/dev/full; echo in | cat /dev/stdin; : <>/dev/ptmx; : </dev/fd/0' \
    '  \0  \0
9
head: standard output: No space left on device
in'
}

@test "devices: without /dev/pts and without procfs" {
  update_config '.mounts |= map(select(.destination == "/dev")) | del(.linux.maskedPaths, .linux.readonlyPaths)'
  # No /dev/core, as there is no /proc/kcore.
  expect_inside 'ls /dev | tr "\n" " "; readlink /dev/ptmx' \
    'fd full null ptmx random stderr stdin stdout tty urandom zero pts/ptmx'
}

@test "devices: a read-only /dev is filled first" {
  update_config '(.mounts[] | select(.destination == "/dev")).options += ["ro"]'
  expect_inside 'stat -c %t:%T /dev/null; touch /dev/new 2>&1; echo x >/dev/null' \
    $'1:3\ntouch: /dev/new: Read-only file system'
}

@test "devices: on a read-only root without a mount on /dev" {
  use_images_dev
  update_config '.root.readonly = true'
  expect_inside 'stat -c %t:%T /dev/null; touch /dev/new 2>&1; echo x >/dev/null' \
    $'1:3\ntouch: /dev/new: Read-only file system'
}

# --- linux.devices ---------------------------------------------------------------------------

@test "linux.devices: types, numbers, modes, owners" {
  umask 077
  add_devices '{path: "/dev/char", type: "c", major: 1, minor: 3, fileMode: 416, uid: 1000, gid: 5}' \
    '{path: "/dev/block", type: "b", major: 7, minor: 300, fileMode: 384}' \
    '{path: "/dev/unbuffered", type: "u", major: 10, minor: 229}' \
    '{path: "/dev/fifo", type: "p", fileMode: 438, gid: 7}' \
    '{path: "/dev/deep/er/null", type: "c", major: 1, minor: 3}' \
    '{path: "/dev/gotype", type: "c", major: 1, minor: 3, fileMode: 8630}' \
    '{path: "/dev/big", type: "b", major: 4095, minor: 1048575}'
  expect_inside 'cd /dev; stat -c "%n %F %t:%T %a %u:%g" char block unbuffered fifo deep/er/null gotype big deep' \
    'char character special file 1:3 640 1000:5
block block special file 7:12c 600 0:0
unbuffered character special file a:e5 666 0:0
fifo fifo 0:0 666 0:7
deep/er/null character special file 1:3 666 0:0
gotype character special file 1:3 666 0:0
big block special file fff:fffff 666 0:0
deep directory 0:0 755 0:0'
}

@test "linux.devices: a default one with another mode" {
  add_devices '{path: "/dev/tty", type: "c", major: 5, minor: 0, fileMode: 400, gid: 5}'
  expect_inside 'stat -c "%t:%T %a %g" /dev/tty' '5:0 620 5'
}

@test "linux.devices: outside /dev, with a warning, and inside the root" {
  ln -s / "$BUNDLE/rootfs/slash"
  add_devices '{path: "/slash/new/null", type: "c", major: 1, minor: 3}'
  set_script 'stat -c %t:%T /new/null'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stdout ${stderr#* level=}" '0 1:3 warning '\
'msg="/linux/devices/0/path: \"/slash/new/null\" is outside /dev"'
}

@test "linux.devices: what is there already has to be the same, and stays" {
  use_images_dev
  mknod -m 600 "$BUNDLE/rootfs/dev/mine" c 1 3
  mkfifo -m 600 "$BUNDLE/rootfs/dev/fifo"
  add_devices '{path: "/dev/mine", type: "c", major: 1, minor: 3}' '{path: "/dev/fifo", type: "p", uid: 5}'
  expect_inside 'stat -c "%n %a %u" /dev/mine /dev/fifo' $'/dev/mine 600 0\n/dev/fifo 600 0'
  for other in 'c 1 5' 'b 1 3' p; do
    rm "$BUNDLE/rootfs/dev/mine"
    # shellcheck disable=SC2086 # words
    mknod "$BUNDLE/rootfs/dev/mine" $other
    expect_refusal 'device /dev/mine: something else is there already'
  done
  rm "$BUNDLE/rootfs/dev/mine"
  ln -s null "$BUNDLE/rootfs/dev/mine"
  expect_refusal 'device /dev/mine: something else is there already'
}

@test "linux.devices: bad ones are named" {
  while IFS='|' read -r device text; do
    add_devices "$device"
    expect_refusal "config.json: $text"
  done <<'END'
{path: "dev/x", type: "c", major: 1, minor: 3}|/linux/devices/0/path: must be absolute, is "dev/x"
{path: "/dev/../etc/x", type: "c", major: 1, minor: 3}|/linux/devices/0/path: "/dev/../etc/x" has a .. in it
{path: "/", type: "c", major: 1, minor: 3}|/linux/devices/0/path: "/" is the container's root
{path: "/dev/x", type: "x", major: 1, minor: 3}|/linux/devices/0/type: unknown value "x" (c, b, u, p)
{path: "/dev/x", type: "c", major: 1}|/linux/devices/0/minor: missing
{path: "/dev/x", type: "b", major: 4096, minor: -1}|/linux/devices/0/major: 4096 is out of range (0 to 4095); /linux/devices/0/minor: -1 is out of range (0 to 1048575)
{path: "/dev/x", type: "p", fileMode: 65536}|/linux/devices/0/fileMode: 65536 is out of range (0 to 65535)
{path: "/dev/x", type: "p", uid: 4294967295}|/linux/devices/0/uid: 4294967295 is reserved
{path: "/dev/x", type: "p"}, {path: "/dev/x", type: "c", major: 1, minor: 3}|/linux/devices: two entries make different things of "/dev/x"
END
}

# docker run --device /dev/net --device /dev/net/tun
@test "devices: the same one twice is one, as the first entry has it" {
  update_config '.linux.devices = [{path: "/dev/x", type: "c", major: 1, minor: 3, fileMode: 416, uid: 5},
    {path: "/dev/x", type: "c", major: 1, minor: 3}, {path: "/dev/p", type: "p"}, {path: "/dev/p", type: "p"}]'
  expect_inside 'stat -c "%F %t:%T %a %u" /dev/x /dev/p' 'character special file 1:3 640 5
fifo 0:0 666 0'
}

# --- somebody else's /dev --------------------------------------------------------------------

@test "devices: a /dev bound from the host is left as it is (A-046)" {
  mkdir "$BUNDLE/dev"
  mknod -m 600 "$BUNDLE/dev/null" c 1 3
  use_images_dev
  update_config '.mounts += [{destination: "/dev", source: "dev", options: ["bind"]}] |
    .linux.devices = [{path: "/dev/x", type: "c", major: 1, minor: 3}]'
  expect_inside 'ls /dev' null
  expect_equal "$(ls -A "$BUNDLE/dev"; stat -c %a "$BUNDLE/dev/null")" $'null\n600' 'of the host'
}

@test "devices: no link says where /dev is (S-07)" {
  make_outside
  use_images_dev
  rmdir "$BUNDLE/rootfs/dev"
  for target in "$OUTSIDE" ../../outside /etc nowhere; do
    ln -s "$target" "$BUNDLE/rootfs/dev"
    expect_refusal '/dev: openat2 dev: too many symbolic links, or a link where none may be (ELOOP)'
    expect_outside_untouched
    rm "$BUNDLE/rootfs/dev"
  done
  touch "$BUNDLE/rootfs/dev"
  expect_refusal '/dev: it is no folder'
  rm "$BUNDLE/rootfs/dev"
  # Missing, it is made.
  expect_inside 'stat -c %a /dev' 755
}

@test "devices: no link in /dev is followed (S-07)" {
  make_outside
  use_images_dev
  ln -s "$OUTSIDE" "$BUNDLE/rootfs/dev/sub"
  add_devices '{path: "/dev/sub/null", type: "c", major: 1, minor: 3}'
  expect_refusal 'device /dev/sub/null: openat2 sub: too many symbolic links, or a link where none may be (ELOOP)'
  expect_outside_untouched
}

@test "devices: an image's file of a default one's name (S-08)" {
  use_images_dev
  while read -r name numbers what; do
    for kind in link file node; do
      case $kind in
        link) ln -s /proc/self/status "$BUNDLE/rootfs/dev/$name" ;;
        file) echo content >"$BUNDLE/rootfs/dev/$name" ;;
        node) mknod "$BUNDLE/rootfs/dev/$name" c 10 200 ;;
      esac
      expect_refusal "/dev/$name of the root file system is not the $what device (character device $numbers)"
      rm "$BUNDLE/rootfs/dev/$name"
    done
    mknod "$BUNDLE/rootfs/dev/$name" c "${numbers%:*}" "${numbers#*:}"
  done <<'END'
null 1:3 null
zero 1:5 zero
full 1:7 full
random 1:8 random
urandom 1:9 urandom
tty 5:0 terminal
END
  expect_inside 'cat /dev/null; echo ran' ran
}

@test "devices: an image's ptmx makes way unless it is one (S-08)" {
  make_outside
  use_images_dev
  ptmx=$BUNDLE/rootfs/dev/ptmx
  for target in "$OUTSIDE/ptmx" /proc/self/status ../etc/passwd; do
    ln -sf "$target" "$ptmx"
    expect_inside 'readlink /dev/ptmx' pts/ptmx
    expect_outside_untouched
  done
  rm "$ptmx" && mknod "$ptmx" c 5 2
  expect_inside 'stat -c %F /dev/ptmx' 'character special file'
  rm "$ptmx" && ln -s /dev/pts/ptmx "$ptmx"
  expect_inside 'readlink /dev/ptmx' /dev/pts/ptmx
}
