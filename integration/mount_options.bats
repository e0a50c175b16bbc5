#!/usr/bin/env bats
# config.md#mounts: bind mounts, options, remounts (A-023…A-041 of the feature inventory). The rest
# of mounts is in mounts.bats, propagation in propagation.bats.
load helpers

# Destination and options of the mounts at or below /m, for the container to run.
list_binds='awk '\''$5 ~ "^/m" { print $5, $6 }'\'' /proc/self/mountinfo'
# The same with the filesystem's options.
list_mounts='awk '\''$5 ~ "^/m" { for (i = 7; $i != "-"; ++i); print $5, $6, $(i + 3) }'\'' /proc/self/mountinfo'

# $SOURCE becomes a filesystem of the host, mounted with these options, and one more below it.
make_source() {
  SOURCE=$BATS_TEST_TMPDIR/source
  mkdir "$SOURCE"
  mount -t tmpfs -o "$1" tmpfs "$SOURCE"
  mkdir "$SOURCE/below"
  mount -t tmpfs -o "$1" tmpfs "$SOURCE/below"
}

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  delete_containers
  [ -z "${SOURCE:-}" ] || umount -R "$SOURCE"
  expect_nothing_left
}

# --- binds -----------------------------------------------------------------------------------

@test "bind: a file or folder of the host, both ways" {
  mkdir "$BUNDLE/volume"
  echo from the host >"$BUNDLE/volume/file"
  add_mounts <<<"/m none $BUNDLE/volume bind"
  expect_inside 'cat /m/file; echo from inside >/m/new' 'from the host'
  expect_equal "$(<"$BUNDLE/volume/new")" 'from inside'
}

@test "bind: a relative source begins at the bundle, wherever the caller is" {
  mkdir "$BUNDLE/volume" && touch "$BUNDLE/volume/file"
  add_mounts <<<'/m - ./volume bind'
  cd /
  expect_inside 'ls /m' file
}

@test "bind: a source that is a link is what it leads to" {
  mkdir "$BUNDLE/volume" && touch "$BUNDLE/volume/file"
  ln -s volume "$BUNDLE/link"
  add_mounts <<<'/m - link bind'
  expect_inside 'ls /m' file
}

@test "bind, rbind: without and with what is mounted below" {
  make_source rw
  add_mounts <<END
/m/bind  - $SOURCE bind
/m/rbind - $SOURCE rbind
/m/type  bind $SOURCE rbind
/m/last  - $SOURCE rbind,bind
END
  expect_inside "$list_binds" '/m/bind rw,relatime
/m/rbind rw,relatime
/m/rbind/below rw,relatime
/m/type rw,relatime
/m/type/below rw,relatime
/m/last rw,relatime'
}

@test "bind: options change what they name, the rest is the source's" {
  make_source nosuid,noexec,noatime
  add_mounts <<END
/m/same   - $SOURCE bind
/m/ro     - $SOURCE bind,ro
/m/suid   - $SOURCE bind,suid,exec
/m/atime  - $SOURCE bind,atime
/m/strict - $SOURCE bind,strictatime
/m/nodev  - $SOURCE bind,nodev,nodiratime,nosymfollow
/m/sync   - $SOURCE bind,sync
/m/above  - $SOURCE rbind,ro
END
  expect_inside "$list_binds" '/m/same rw,nosuid,noexec,noatime
/m/ro ro,nosuid,noexec,noatime
/m/suid rw,noatime
/m/atime rw,nosuid,noexec,relatime
/m/strict rw,nosuid,noexec
/m/nodev rw,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow
/m/sync rw,nosuid,noexec,noatime
/m/above ro,nosuid,noexec,noatime
/m/above/below rw,nosuid,noexec,noatime'
}

@test "bind: the recursive options reach what is mounted below, and have the last word" {
  make_source nosuid,relatime
  while read -r options mounted; do
    printf '%s\n' "/m/$options - $SOURCE rbind,$options" >>"$BATS_TEST_TMPDIR/table"
    printf '%s\n' "/m/$options $mounted" "/m/$options/below $mounted" >>"$BATS_TEST_TMPDIR/expected"
  done <<'END'
rro ro,nosuid,relatime
rnodev rw,nosuid,nodev,relatime
rnoexec rw,nosuid,noexec,relatime
rsuid rw,relatime
rsuid,rnosuid rw,nosuid,relatime
rnoatime rw,nosuid,noatime
rnoatime,rrelatime rw,nosuid,relatime
rnoatime,ratime rw,nosuid,relatime
rstrictatime rw,nosuid
rstrictatime,rnostrictatime rw,nosuid,relatime
rnodiratime rw,nosuid,nodiratime,relatime
rnodiratime,rdiratime rw,nosuid,relatime
rnosymfollow rw,nosuid,relatime,nosymfollow
rnosymfollow,rsymfollow rw,nosuid,relatime
rro,rw ro,nosuid,relatime
ro,rrw rw,nosuid,relatime
rnodev,rdev,rnoexec,rexec rw,nosuid,relatime
END
  add_mounts <"$BATS_TEST_TMPDIR/table"
  expect_inside "$list_binds" "$(<"$BATS_TEST_TMPDIR/expected")"
}

@test "bind: read-only is so, also against writes below if recursive" {
  make_source rw
  add_mounts <<END
/m/ro  - $SOURCE rbind,ro
/m/rro - $SOURCE rbind,rro
END
  expect_inside 'for at in /m/ro /m/ro/below /m/rro /m/rro/below; do
    if touch $at/file 2>/dev/null; then echo $at; fi; done' /m/ro/below
}

# --- new filesystems -------------------------------------------------------------------------

@test "options: of the mount and of the filesystem, the last one wins" {
  while read -r options mounted; do
    printf '%s\n' "/m/$options tmpfs tmpfs $options" >>"$BATS_TEST_TMPDIR/table"
    printf '%s\n' "/m/$options $mounted" >>"$BATS_TEST_TMPDIR/expected"
  done <<'END'
defaults rw,relatime rw
ro ro,relatime rw
ro,rw rw,relatime rw
nosuid,nodev,noexec rw,nosuid,nodev,noexec,relatime rw
nosuid,suid,nodev,dev,noexec,exec rw,relatime rw
suid,nosuid rw,nosuid,relatime rw
noatime rw,noatime rw
noatime,atime rw,relatime rw
noatime,strictatime rw rw
strictatime,nostrictatime rw,relatime rw
strictatime,norelatime rw,relatime rw
strictatime,relatime rw,relatime rw
nodiratime rw,nodiratime,relatime rw
nodiratime,diratime rw,relatime rw
nosymfollow rw,relatime,nosymfollow rw
nosymfollow,symfollow rw,relatime rw
sync rw,relatime rw,sync
sync,async rw,relatime rw
dirsync rw,relatime rw,dirsync
lazytime rw,relatime rw,lazytime
lazytime,nolazytime rw,relatime rw
mand,nomand rw,relatime rw
silent,loud,iversion,noiversion,acl rw,relatime rw
rro,rnosuid ro,nosuid,relatime rw
END
  add_mounts <"$BATS_TEST_TMPDIR/table"
  expect_inside "$list_mounts" "$(<"$BATS_TEST_TMPDIR/expected")"
}

@test "tmpfs: mode, size, owner" {
  add_mounts <<'END'
/m/given tmpfs tmpfs mode=0710,uid=1,gid=2
/m/small tmpfs tmpfs size=64k
/m/new   tmpfs tmpfs -
/tmp     tmpfs tmpfs ro
/home/user tmpfs tmpfs mode=1700
END
  # As the image's folder was, where there is one.
  expect_inside 'stat -c "%n %a %u %g" /m/given /m/new /tmp /home/user
    dd if=/dev/zero of=/m/small/file bs=1k count=65 2>&1 | grep -o "No space.*"; wc -c </m/small/file
    touch /tmp/file 2>&1; true' '/m/given 710 1 2
/m/new 1777 0 0
/tmp 1777 0 0
/home/user 1700 0 0
No space left on device
65536
touch: /tmp/file: Read-only file system'
}

@test "remount: changes what is mounted, and only what it names" {
  make_source rw,nosuid
  add_mounts <<END
/m/fs   tmpfs tmpfs   nodev,size=64k
/m/fs   tmpfs tmpfs   remount,noexec,size=128k
/m/bind -     $SOURCE rbind
/m/bind -     -       remount,bind,ro
/m/bind/below -  -    remount,rnoexec
END
  expect_inside "$list_mounts" '/m/fs rw,nodev,noexec,relatime rw,size=128k
/m/bind ro,nosuid,relatime rw
/m/bind/below rw,nosuid,noexec,relatime rw'
}

@test "remount: a /dev that is to be read-only is so when it has its devices" {
  add_mounts <<<'/dev tmpfs tmpfs remount,ro'
  expect_inside 'stat -c %F /dev/null; touch /dev/x 2>&1; true' $'character special file
touch: /dev/x: Read-only file system'
}
