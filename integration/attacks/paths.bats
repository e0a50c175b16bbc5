#!/usr/bin/env bats
# Images and volumes whose links and names lead out of the container (S-01…S-14 of security.md). What
# one link at a time does is in rootfs.bats, mounts.bats, devices.bats and paths.bats.
load attacks

# --- links in the image ----------------------------------------------------------------------

# Everything that is mounted, made or looked up by a path of the container.
targets() {
  cat <<'END'
bind .mounts += [{destination: $at, source: "volume", options: ["bind"]}]
file .mounts += [{destination: $at, source: "file", options: ["bind"]}]
tmpfs .mounts += [{destination: $at, type: "tmpfs", source: "tmpfs"}]
proc .mounts += [{destination: $at, type: "proc", source: "proc"}]
sysfs .mounts += [{destination: $at, type: "sysfs", source: "sysfs"}]
mqueue .mounts += [{destination: $at, type: "mqueue", source: "mqueue"}]
devpts .mounts += [{destination: $at, type: "devpts", source: "devpts", options: ["newinstance"]}]
cgroup .mounts += [{destination: $at, type: "cgroup", source: "cgroup"}]
copied .mounts += [{destination: $at, source: "link", options: ["bind", "copy-symlink"]}]
device .linux.devices = [{path: $at, type: "c", major: 1, minor: 3}]
fifo .linux.devices = [{path: $at, type: "p"}]
masked .linux.maskedPaths = [$at]
readonly .linux.readonlyPaths = [$at]
cwd .process.cwd = $at
END
}

# A config for each, where the path is still to come: jq takes longer than a container.
write_configs() {
  local name program
  mkdir "$BUNDLE/volume"
  touch "$BUNDLE/file"
  ln -s target "$BUNDLE/link"
  while read -r name program; do
    jq -c --arg at @AT@ ".process.cwd = \"/\" | $program" "$BUNDLE/config.json" >"$BUNDLE/$name.config"
  done < <(targets)
}

# try_targets PATH: each of them there. It is made inside, where the links lead the container, or refused.
try_targets() {
  local name config before
  before=$(find "$OUTSIDE" -printf '%P %y %i %m %C@\n')
  while read -r name _; do
    config=$(<"$BUNDLE/$name.config")
    echo "${config//@AT@/"$1"}" >"$BUNDLE/config.json"
    run_or_refuse
    [ "$(find "$OUTSIDE" -printf '%P %y %i %m %C@\n')" = "$before" ] || breach "$name at $1 is outside"
    [[ $status != 0 || $name = masked || $name = readonly || -d $BUNDLE/rootfs$OUTSIDE ]] || breach "$name at $1 is nowhere"
    rm -rf "${BUNDLE:?}/rootfs$OUTSIDE"
  done < <(targets)
}

links_at_every_depth() {
  local up=../../../../../../../../../../../../../../../../../..
  write_configs
  mkdir -p "$BUNDLE/rootfs/d/d/d"
  ln -s "$OUTSIDE" "$BUNDLE/rootfs/l"
  ln -s "$OUTSIDE" "$BUNDLE/rootfs/d/l"
  ln -s "$up$OUTSIDE/folder/." "$BUNDLE/rootfs/d/d/l"
  ln -s ../..//d/l/ "$BUNDLE/rootfs/d/d/again"
  ln -s "$OUTSIDE/new" "$BUNDLE/rootfs/d/dangling"
  ln -s "$up$OUTSIDE/new2" "$BUNDLE/rootfs/d/d/d/dangling"
  try_targets /l/target
  try_targets /d/l/target/
  try_targets /d/d/l/folder/target
  try_targets /d/d/again/.//target
  try_targets /d/dangling
  try_targets /d/d/d/dangling/target
}

@test "S-01, S-02, S-03: links at every depth, for all that has a path" { withstands links_at_every_depth; }

# --- /dev ------------------------------------------------------------------------------------

use_images_dev() { update_config '.mounts |= map(select(.destination | startswith("/dev") | not))'; }

dev_leads_out() {
  use_images_dev
  rmdir "$BUNDLE/rootfs/dev"
  ln -s "$OUTSIDE" "$BUNDLE/rootfs/dev"
  try runtime run --bundle "$BUNDLE" "$ID"
}

@test "S-07: an image's /dev is a link" { withstands dev_leads_out; }
@test "S-07: crun makes devices outside" { gives_way crun 'the host has changed: .*> ptmx l ' dev_leads_out; }
@test "S-07: runc makes links outside" { gives_way runc 'the host has changed: .*> ptmx l ' dev_leads_out; }

# It is in place of the program's output, which is no terminal and no device.
null_is_a_file() {
  use_images_dev
  echo before >"$BUNDLE/rootfs/file"
  ln -s ../file "$BUNDLE/rootfs/dev/null"
  set_script 'echo from inside'
  runtime run --bundle "$BUNDLE" "$ID" </dev/null 2>&1 | cat >"$OUTPUT" || true
  [ "$(<"$BUNDLE/rootfs/file")" = before ] || breach "/dev/null was taken for the device: $(<"$BUNDLE/rootfs/file")"
}

@test "S-08: an image's /dev/null is a link to a file" { withstands null_is_a_file; }
@test "S-08: crun takes it for the null device" { gives_way crun '/dev/null was taken for the device' null_is_a_file; }
@test "S-08: runc takes it for the null device" { gives_way runc '/dev/null was taken for the device' null_is_a_file; }

terminals_are_links() {
  local number
  use_images_dev
  mkdir "$BUNDLE/rootfs/dev/pts"
  for number in {0..9}; do ln -s /etc/passwd "$BUNDLE/rootfs/dev/pts/$number"; done
  update_config '.process.terminal = true | .linux.maskedPaths = []'
  set_script 'stat -c "%F %t" /dev/console >/tmp/console; stat -f -c %T /dev/console >>/tmp/console'
  script -qec "$RUNTIME --root $ROOT run --bundle $BUNDLE $ID" "$OUTPUT" >/dev/null 2>&1 || true
  [ ! -e "$BUNDLE/rootfs/tmp/console" ] || [ "$(<"$BUNDLE/rootfs/tmp/console")" = $'character special file 88\ndevpts' ] ||
    breach "/dev/console is: $(<"$BUNDLE/rootfs/tmp/console")"
}

@test "S-09: an image's terminals are links, without a devpts" { withstands terminals_are_links; }

# --- races -----------------------------------------------------------------------------------

# A volume in which a folder turns into a link to the host and back while containers are made.
make_volume() {
  mkdir -p "$BUNDLE/volume/a/x"
  ln -s "$OUTSIDE" "$BUNDLE/volume/b"
  set_script 'grep -F attack /proc/self/mountinfo'
}

# One that went elsewhere is not among those that the container sees.
expect_mount_inside() {
  [[ $stdout =~ ^[^$'\n']*\ (/volume/[ab]|"$OUTSIDE")/[^$'\n']*$ ]] || breach "a mount is not to be seen inside: $stdout"
}

# mount_in_race DESTINATION OPTIONS
mount_in_race() {
  make_volume
  add_mounts <<END
/volume -     volume bind
$1      tmpfs attack $2
END
  race_against "$BUNDLE/volume/a" "$BUNDLE/volume/b" expect_mount_inside
}

@test "S-04: a mount's destination is being exchanged for a link" {
  needs_tool SWAP
  withstands mount_in_race /volume/a/x nosuid
}

@test "S-05: a destination that has to be made is" {
  needs_tool SWAP
  withstands mount_in_race /volume/a/y/z/x nosuid
}

@test "S-06: a destination whose mount is to change is" {
  needs_tool SWAP
  withstands mount_in_race /volume/a/x ro,nosuid,rslave
}

expect_protection() {
  local others
  # What was made for these paths is read-only, wherever the swap has taken it, and nothing else is.
  others=$(awk '$5 ~ "^/volume/" && $6 !~ "^ro" || $5 !~ "^/(volume/|proc|sys)" && $6 ~ "^ro"' <<<"$stdout")
  [ -z "$others" ] || breach "$others"
  [ "$(grep -c ' /volume/[ab]/' <<<"$stdout")" = 2 ] || breach "not all is protected: $stdout"
}

protection_in_race() {
  mkdir -p "$BUNDLE"/volume/{a,b}/{folder,masked}
  touch "$BUNDLE"/volume/{a,b}/file
  add_mounts <<<'/volume - volume bind'
  update_config '.linux.readonlyPaths += ["/volume/a/file"] | .linux.maskedPaths += ["/volume/a/masked"]'
  set_script 'cat /proc/self/mountinfo'
  race_against "$BUNDLE/volume/a" "$BUNDLE/volume/b" expect_protection
}

@test "S-12: what is to be protected is being exchanged" {
  needs_tool SWAP
  withstands protection_in_race
}

expect_one_root() {
  [[ $stdout =~ ^(one one|two two)$'\n'1$ ]] || breach "of two roots: $stdout"
}

root_in_race() {
  cp -a "$BUNDLE/rootfs" "$BUNDLE/other"
  echo one | tee "$BUNDLE/rootfs/etc/mark" >"$BUNDLE/rootfs/mark"
  echo two | tee "$BUNDLE/other/etc/mark" >"$BUNDLE/other/mark"
  add_mounts <<<'/m tmpfs tmpfs -'
  set_script 'echo $(cat /mark /etc/mark); grep -c " /m " /proc/self/mountinfo'
  race_against "$BUNDLE/rootfs" "$BUNDLE/other" expect_one_root
}

@test "S-14: the root itself is being exchanged" {
  needs_tool SWAP
  withstands root_in_race
}

# Only mount(2) takes an option of such a length. Between it and what is said of the mount afterwards, the
# volume's folders change places.
@test "S-06: a destination that is exchanged when it is mounted on" {
  needs_strace
  local lower
  lower=$BUNDLE/$(printf 'long%.0s' {1..60})
  mkdir -p "$BUNDLE"/volume/{a,b}/x "$lower" "$BUNDLE/lower"
  chmod -R a+rX "$BUNDLE"
  add_mounts <<END
/volume     -       volume  bind
/volume/b/x tmpfs   tmpfs   -
/volume/a/x overlay overlay nosuid,nodev,noexec,lowerdir=$lower:$BUNDLE/lower
END
  set_script "awk '\$5 ~ \"^/volume/\" { print \$6, \$9 }' /proc/self/mountinfo | sort"
  in_background strace -f -o "$BATS_TEST_TMPDIR/trace" -e trace=mount -e inject=mount:delay_exit=1500000 \
    "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  wait_until grep -q 'mount("overlay"' "$BATS_TEST_TMPDIR/trace"
  sleep 0.2
  mv "$BUNDLE/volume/a" "$BUNDLE/volume/c"
  mv "$BUNDLE/volume/b" "$BUNDLE/volume/a"
  mv "$BUNDLE/volume/c" "$BUNDLE/volume/b"
  finish_background
  expect_success $'rw,nosuid,nodev,noexec,relatime overlay\nrw,relatime tmpfs'
}
