#!/usr/bin/env bats
# linux.maskedPaths and linux.readonlyPaths (A-178 and A-179 of the feature inventory, S-11 of
# security.md).
load helpers

# A tree to protect, at /m.
setup_tree() {
  mkdir -p "$BUNDLE"/rootfs/m/folder/below
  echo secret >"$BUNDLE/rootfs/m/file"
  echo secret >"$BUNDLE/rootfs/m/folder/file"
}

# set_paths MASKED READONLY, as JSON.
set_paths() { update_config ".linux.maskedPaths = $1 | .linux.readonlyPaths = $2"; }

# --- maskedPaths -----------------------------------------------------------------------------

@test "masked: files are the null device, folders empty and read-only" {
  setup_tree
  set_paths '["/m/file", "/m/folder"]' '[]'
  expect_inside 'stat -c "%F %t:%T" /m/file; cat /m/file; echo x >/m/file; cat /m/file; ls -A /m/folder
    stat -c %a /m/folder; touch /m/folder/new 2>&1; cat /m/folder/file 2>&1; true' \
    'character special file 1:3
755
touch: /m/folder/new: Read-only file system
cat: can'\''t open '\''/m/folder/file'\'': No such file or directory'
  expect_equal "$(cat "$BUNDLE"/rootfs/m/file "$BUNDLE"/rootfs/m/folder/file)" $'secret\nsecret' 'on the host'
}

@test "masked: what is missing is left out, and not made" {
  setup_tree
  ln -s nowhere "$BUNDLE/rootfs/m/dangling"
  set_paths '["/nowhere", "/m/nowhere/at/all", "/m/file/below", "/m/dangling", "/m/file"]' '["/nowhere", "/m/dangling"]'
  expect_inside 'cat /m/file; ls / | grep nowhere; ls /m' $'dangling\nfile\nfolder'
}

@test "masked: what spec lists, of procfs and sysfs" {
  expect_inside 'cat /proc/keys /proc/timer_list /proc/interrupts; ls -A /sys/firmware
    cut -d " " -f 5 /proc/self/mountinfo | grep -E "^/proc/(keys|interrupts)|^/sys/firmware"' \
    $'/proc/interrupts\n/proc/keys\n/sys/firmware'
}

@test "masked: links lead where they lead the container, by every alias (S-11)" {
  setup_tree
  ln -s /m/folder "$BUNDLE/rootfs/absolute"
  ln -s ../../../../m/file "$BUNDLE/rootfs/relative"
  ln -s relative "$BUNDLE/rootfs/again"
  set_paths '["/absolute", "/again"]' '[]'
  expect_inside 'cat /m/file /relative /again; ls -A /m/folder /absolute; cat /etc/group | wc -l
    awk "\$5 ~ \"^/(m|abs|rel|again)\" { print \$5 }" /proc/self/mountinfo' \
    $'/absolute:\n\n/m/folder:\n3\n/m/folder\n/m/file'
}

@test "masked: a link to the root is refused, and the root itself" {
  ln -s / "$BUNDLE/rootfs/up"
  for path in / /up /../.. /up/..; do
    set_paths "[\"$path\"]" '[]'
    expect_refusal "maskedPaths $path: leads to the root itself"
    set_paths '[]' "[\"$path\"]"
    expect_refusal "readonlyPaths $path: leads to the root itself"
  done
}

@test "masked: twice, and below a masked one" {
  setup_tree
  set_paths '["/m/folder", "/m/folder/file", "/m/file", "/m/file", "/m/folder"]' '[]'
  expect_inside 'ls -A /m/folder; cat /m/file' ''
}

@test "masked: in a mount, which the host goes on seeing" {
  mkdir "$BUNDLE/volume" && echo secret >"$BUNDLE/volume/file"
  add_mounts <<<'/m - volume rbind'
  set_paths '["/m/file"]' '[]'
  expect_inside 'cat /m/file; ls /m' file
  expect_equal "$(<"$BUNDLE/volume/file")" secret
  set_paths '["/m"]' '[]'
  expect_inside 'ls -A /m' ''
}

@test "masked: with an image's /dev/null that is none (S-08)" {
  setup_tree
  update_config '.mounts |= map(select(.destination | startswith("/dev") | not))'
  ln -s /etc/passwd "$BUNDLE/rootfs/dev/null"
  set_paths '["/m/file"]' '[]'
  expect_refusal '/dev/null of the root file system is not the null device (character device 1:3)'
}

@test "masked: without a null device in a /dev of the host" {
  setup_tree
  mkdir "$BUNDLE/dev"
  update_config '.mounts |= map(select(.destination | startswith("/dev") | not))'
  add_mounts <<<'/dev - dev bind'
  set_paths '["/m/file"]' '[]'
  expect_refusal 'maskedPaths /m/file: openat2 dev/null: not found (ENOENT)'
  echo secret >"$BUNDLE/dev/null"
  expect_refusal 'maskedPaths /m/file: /dev/null of the root file system is not the null device (character device 1:3)'
  # Folders need none.
  set_paths '["/m/folder"]' '[]'
  expect_inside 'ls -A /m/folder' ''
}

@test "masked: hundreds, of one tmpfs" {
  mkdir -p "$BUNDLE"/rootfs/m/{1..400}
  touch "$BUNDLE"/rootfs/m/f{1..200}
  set_paths '[range(1; 401) | "/m/\(.)"] + [range(1; 201) | "/m/f\(.)"]' '[]'
  expect_inside 'grep -c " /m/" /proc/self/mountinfo; grep -c " /m/f" /proc/self/mountinfo
    grep " /m/[0-9]" /proc/self/mountinfo | cut -d " " -f 3 | sort -u | wc -l' $'600\n200\n1'
}

# --- readonlyPaths ---------------------------------------------------------------------------

@test "readonly: folders and files can be read only" {
  setup_tree
  set_paths '[]' '["/m/folder", "/m/file"]'
  expect_inside 'cat /m/file /m/folder/file; for at in /m/file /m/folder/file /m/folder/below/new /m/new; do
    (echo x >$at) 2>&1; done; rm /m/folder/file 2>&1; true' "secret
secret
sh: can't create /m/file: Read-only file system
sh: can't create /m/folder/file: Read-only file system
sh: can't create /m/folder/below/new: Read-only file system
rm: can't remove '/m/folder/file': Read-only file system"
  echo x >>"$BUNDLE/rootfs/m/file"
}

@test "readonly: kernel settings, and procfs beside them not" {
  expect_inside '(echo 1 >/proc/sys/kernel/printk) 2>&1; (echo 0 >/proc/self/oom_score_adj) && echo ran' \
    $'sh: can\'t create /proc/sys/kernel/printk: Read-only file system\nran'
}

@test "readonly: links lead where they lead the container (S-11)" {
  setup_tree
  ln -s /m/folder "$BUNDLE/rootfs/absolute"
  ln -s ../../../../m/file "$BUNDLE/rootfs/relative"
  set_paths '[]' '["/absolute", "/relative"]'
  expect_inside 'for at in /m/file /relative /m/folder/new /absolute/new; do
    (echo x >$at) 2>/dev/null && echo $at; done; touch /m/new /home/new' ''
}

@test "readonly: keeps the other options of the mount, and mounts below it" {
  add_mounts <<'END'
/m       tmpfs tmpfs nosuid,nodev,noexec,noatime
/m/below tmpfs tmpfs nosuid
END
  set_paths '[]' '["/m"]'
  expect_inside 'awk "\$5 ~ \"^/m\" { print \$5, \$6 }" /proc/self/mountinfo | tail -n 2; touch /m/below/new
    touch /m/new 2>&1; true' '/m ro,nosuid,nodev,noexec,noatime
/m/below rw,nosuid,relatime
touch: /m/new: Read-only file system'
}

# --- both ------------------------------------------------------------------------------------

@test "masked and readonly: below and above each other" {
  setup_tree
  set_paths '["/m/folder/file", "/m/file"]' '["/m", "/m/folder/below", "/m/file"]'
  expect_inside 'cat /m/file /m/folder/file; touch /m/new /m/folder/below/new 2>&1; true' \
    'touch: /m/new: Read-only file system
touch: /m/folder/below/new: Read-only file system'
  set_paths '["/m/folder"]' '["/m/folder/below", "/m/folder"]'
  expect_inside 'ls -A /m/folder; cat /m/file' secret
}

@test "masked and readonly: absent, null, empty" {
  setup_tree
  for value in '[]' null; do
    set_paths "$value" "$value"
    expect_inside 'cat /m/file; touch /m/new' secret
  done
  update_config 'del(.linux.maskedPaths, .linux.readonlyPaths)'
  expect_inside 'cat /m/file' secret
}

@test "masked and readonly: relative paths" {
  set_paths '["/m", "m/file"]' '["", "."]'
  expect_refusal 'config.json: /linux/maskedPaths/1: must be absolute, is "m/file"; '\
'/linux/readonlyPaths/0: empty; /linux/readonlyPaths/1: must be absolute, is "."'
}
