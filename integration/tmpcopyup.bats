#!/usr/bin/env bats
# The mount option tmpcopyup (A-038, P-05): a tmpfs begins with what the image has at that place.
load helpers

# The folder /m of the image, with a bit of everything.
make_image() {
  IMAGE=$BUNDLE/rootfs/m
  mkdir -p "$IMAGE/folder/deep/er" "$IMAGE/sticky" "$IMAGE/closed"
  echo text >"$IMAGE/file"
  head -c 300000 /dev/urandom >"$IMAGE/folder/large"
  : >"$IMAGE/folder/deep/er/empty"
  ln "$IMAGE/folder/large" "$IMAGE/closed/same"
  cp -p "$IMAGE/file" "$IMAGE/program"
  ln -s file "$IMAGE/link"
  ln -s /nowhere "$IMAGE/folder/dangling"
  mkfifo -m 620 "$IMAGE/fifo"
  mknod -m 604 "$IMAGE/device" c 1 3
  mknod -m 660 "$IMAGE/block" b 7 99
  chown 1000:2000 "$IMAGE" "$IMAGE/file" "$IMAGE/folder/deep" "$IMAGE/fifo" "$IMAGE/device"
  chown -h 3:4 "$IMAGE/link"
  chmod 6751 "$IMAGE/program"
  chmod 3771 "$IMAGE/sticky"
  chmod 0 "$IMAGE/closed"
  chmod 2755 "$IMAGE"
  age
}

age() { find "$IMAGE" -exec touch -h -d '2001-02-03 04:05:06.789' {} +; }

# What there is in a folder: names, types, owners, modes, sizes, times, links, attributes, content.
describe() {
  (
    cd "$1" || exit
    find . -printf '%P %y %U:%G %m %T@ %n %l %s\n' | sed 's/\( d .*\) [0-9]*$/\1/' | sort
    find . -type f -exec md5sum {} + | sort
    find . -type b -o -type c -exec stat -c '%n %t:%T' {} + | sort
    find . ! -type l | sort | xargs getfacl -n
    find . -type f -o -type d | sort | xargs getfattr -dm- -e hex
  )
}

# The container's /m, seen from outside.
inside() { echo "/proc/$(state_of "$ID" pid)/root/m"; }

@test "tmpcopyup: everything is as it is in the image" {
  make_image
  setfacl -m u:1234:rwx,g:99:r "$IMAGE/file"
  setfacl -d -m u:1234:rwx "$IMAGE/folder"
  setfacl -m u:7:x "$IMAGE"
  setfattr -n trusted.word -v value "$IMAGE/folder/deep"
  setcap cap_net_bind_service=ep "$IMAGE/folder/large"
  age
  wanted=$(describe "$IMAGE")
  [[ $wanted == *security.capability=* && $wanted == *user:1234:rwx* ]] || fail "$wanted"
  add_mounts <<<'/m tmpfs tmpfs tmpcopyup'
  set_program sleep 1000
  create "$ID"
  expect_equal "$(stat -fc %T "$(inside)")" tmpfs
  expect_equal "$(describe "$(inside)")" "$wanted"
  # The image keeps what is its own.
  touch "$(inside)/new"
  rm "$(inside)/file"
  expect_equal "$(describe "$IMAGE")" "$wanted"
}

@test "tmpcopyup: the container sees it, and may change it" {
  make_image
  add_mounts <<<'/m tmpfs tmpfs tmpcopyup,size=1m'
  expect_inside 'cd /m; cat file link; stat -c "%a %u %g" . file program; echo more >>program; cat program' 'text
text
2755 1000 2000
644 1000 2000
6751 0 0
text
more'
  expect_equal "$(<"$IMAGE/program")" text
}

@test "tmpcopyup: read-only all the same, and what is mounted later goes on top" {
  make_image
  echo from outside >"$BUNDLE/volume"
  add_mounts <<'END'
/m          tmpfs tmpfs  ro,tmpcopyup
/m/file     -     volume bind
/m/new/file -     volume bind
END
  expect_inside 'cat /m/program /m/file /m/new/file; touch /m/x 2>&1; true' 'text
from outside
from outside
touch: /m/x: Read-only file system'
  [ ! -e "$IMAGE/new" ]
}

@test "tmpcopyup: options have the last word about the folder itself" {
  make_image
  setfacl -m u:7:rwx "$IMAGE"
  add_mounts <<<'/m tmpfs tmpfs tmpcopyup,mode=0701,gid=5'
  expect_inside 'stat -c "%a %u %g" /m /m/file' $'701 1000 5\n644 1000 2000'
}

@test "tmpcopyup: in a user namespace, where nobody makes devices" {
  make_image
  map_ids 0 100000 65536
  chown -R 100000:100000 "$IMAGE"
  chown 101000:102000 "$IMAGE/file"
  chmod 6751 "$IMAGE/program"
  setfacl -m u:101007:rw "$IMAGE/file"
  add_mounts <<<'/m tmpfs tmpfs tmpcopyup'
  set_script 'cd /m; ls; stat -c "%n %u %g %a" . file program; cat file; exec sleep 1000'
  create "$ID"
  runtime start "$ID"
  wait_until grep -q text "$OUTPUT"
  expect_equal "$(<"$OUTPUT")" 'closed
fifo
file
folder
link
program
sticky
. 0 0 2755
file 1000 2000 664
program 0 0 6751
text'
  expect_equal "$(getfacl -cn "$(inside)/file" | grep ':[0-9]')" user:101007:rw-
}

@test "tmpcopyup: nothing to copy" {
  mkdir "$BUNDLE/rootfs/empty"
  add_mounts <<'END'
/missing tmpfs tmpfs tmpcopyup
/empty   tmpfs tmpfs tmpcopyup
END
  expect_inside 'ls -A /missing /empty; stat -c "%a %n" /missing /empty' \
    $'/empty:\n\n/missing:\n1777 /missing\n755 /empty'
}

@test "tmpcopyup: what is mounted below is left out, with its place" {
  make_image
  mkdir "$BUNDLE/volume" && touch "$BUNDLE/volume/foreign"
  add_mounts <<'END'
/m/folder      -     volume         bind
/m/file        -     volume/foreign bind
/m             tmpfs tmpfs          tmpcopyup
/m/folder/deep tmpfs tmpfs          tmpcopyup
END
  expect_inside 'cd /m; ls; ls folder folder/deep' 'block
closed
device
fifo
folder
link
program
sticky
folder:
deep

folder/deep:'
}

@test "tmpcopyup: no link leads out" {
  make_image
  mkdir "$BUNDLE/outside" && echo secret >"$BUNDLE/outside/secret"
  ln -s "$BUNDLE/outside" "$IMAGE/out"
  ln -s ../../outside/secret "$IMAGE/folder/secret"
  ln -s "$BUNDLE/outside" "$BUNDLE/rootfs/way"
  add_mounts <<'END'
/m   tmpfs tmpfs tmpcopyup
/way tmpfs tmpfs tmpcopyup
END
  expect_inside 'readlink /m/out; readlink /m/folder/secret; cat /m/folder/secret 2>/dev/null; ls -A /way/' \
    "$BUNDLE/outside"$'\n../../outside/secret'
}

@test "tmpcopyup: a deep tree, with few descriptors" {
  make_image
  update_config 'del(.process.rlimits)'
  (
    cd "$IMAGE"
    for _ in {1..600}; do mkdir d && cd d; done
    echo bottom >file
  )
  set_script 'cd /m; i=0; while [ -d d ]; do cd d; i=$((i + 1)); done; echo $i; cat file'
  add_mounts <<<'/m tmpfs tmpfs tmpcopyup'
  # shellcheck disable=SC2016 # the inner shell's
  try bash -c 'ulimit -n 64; exec "$@"' - "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  expect_success $'600\nbottom'
}

@test "tmpcopyup: a tree that doesn't fit" {
  make_image
  rm "$IMAGE/closed/same"
  add_mounts <<<'/m tmpfs tmpfs tmpcopyup,size=64k'
  expect_refusal 'mounts[7] /m (tmpfs of tmpfs): tmpcopyup of folder/large: write: No space left on device (ENOSPC)'
  # Each name, but the tmpfs' own, needs an inode.
  find "$IMAGE" -mindepth 1 ! -name folder -delete 2>/dev/null || true
  update_config '.mounts[7].options = ["tmpcopyup", "nr_inodes=1"]'
  expect_refusal 'mounts[7] /m (tmpfs of tmpfs): tmpcopyup of folder: mkdir folder: No space left on device (ENOSPC)'
}

@test "tmpcopyup: for a new tmpfs only" {
  mkdir "$BUNDLE/volume"
  while IFS='|' read -r mount option; do
    add_mounts <<<"$mount"
    expect_refusal "config.json: /mounts/7/options/$option: \"tmpcopyup\" is for a new tmpfs only"
    update_config 'del(.mounts[7])'
  done <<'END'
/m - volume bind,tmpcopyup|1
/m tmpfs volume tmpcopyup,rbind|0
/m ramfs ramfs tmpcopyup|0
/m cgroup cgroup ro,tmpcopyup|1
/dev tmpfs tmpfs remount,tmpcopyup|1
END
}
