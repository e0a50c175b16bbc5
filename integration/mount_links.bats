#!/usr/bin/env bats
# The mount options src-nofollow, dest-nofollow and copy-symlink (A-047), which are crun's: links as
# what is bound, as what is covered, and as what is made instead of a mount.
load helpers

# /link of the image leads to its /place, which is missing; $BUNDLE/link to $BUNDLE/target.
make_links() {
  ln -s place "$BUNDLE/rootfs/link"
  ln -s target "$BUNDLE/link"
  echo content >"$BUNDLE/target"
}

mounted_at='awk '\''$5 ~ "^/(m|link|place)" { print $5 }'\'' /proc/self/mountinfo'

@test "src-nofollow: a source that is a link is bound itself" {
  make_links
  add_mounts <<'END'
/m/link -     link   bind,src-nofollow
/m/file -     target bind,src-nofollow,ro
/m/same -     link   bind
END
  mkdir "$BUNDLE/folder" && touch "$BUNDLE/folder/inside"
  add_mounts <<<'/m/folder - folder rbind,src-nofollow'
  expect_inside "readlink /m/link; cat /m/file /m/same; ls /m/folder; $mounted_at" 'target
content
content
inside
/m/link
/m/file
/m/same
/m/folder'
  # The mount point, which stays, is a file.
  expect_equal "$(stat -c %F "$BUNDLE/rootfs/m/link")" 'regular empty file'
}

@test "src-nofollow: what the link leads to is found in the container" {
  make_links
  echo from the image >"$BUNDLE/rootfs/target"
  add_mounts <<<'/link2 - link bind,src-nofollow'
  expect_inside 'cat /link2' 'from the image'
}

@test "dest-nofollow: a destination that is a link is covered itself" {
  make_links
  add_mounts <<<'/link - target bind,dest-nofollow,ro'
  expect_inside "cat /link; ls /place 2>&1; $mounted_at" 'content
ls: /place: No such file or directory
/link'
  expect_equal "$(readlink "$BUNDLE/rootfs/link")" place
}

@test "dest-nofollow: links before the last component lead on, and what is missing is made" {
  make_links
  add_mounts <<'END'
/link/new/file - target bind,dest-nofollow
/m/file        - target bind,dest-nofollow
END
  expect_inside "cat /place/new/file /m/file; $mounted_at" 'content
content
/place/new/file
/m/file'
}

@test "src-nofollow, dest-nofollow: a link on a link" {
  make_links
  add_mounts <<<'/link - link bind,src-nofollow,dest-nofollow'
  expect_inside "readlink /link; $mounted_at" $'target\n/link'
}

@test "dest-nofollow: no folder on a link" {
  make_links
  mkdir "$BUNDLE/folder"
  add_mounts <<<'/link - folder bind,dest-nofollow'
  expect_refusal "mounts[7] /link (bind of $BUNDLE/folder): the destination is not a directory"
}

@test "copy-symlink: the link is made, nothing is mounted" {
  make_links
  add_mounts <<'END'
/m/new/link - link   bind,copy-symlink,ro
/m/file     - target rbind,copy-symlink
END
  expect_inside "readlink /m/new/link; cat /m/file; $mounted_at" $'target\ncontent\n/m/file'
  # Once more, when it is there already.
  expect_inside "readlink /m/new/link; cat /m/file" $'target\ncontent'
  expect_equal "$(readlink "$BUNDLE/rootfs/m/new/link")" target
}

@test "copy-symlink: not where something else is" {
  make_links
  echo kept >"$BUNDLE/rootfs/file"
  mkdir "$BUNDLE/rootfs/folder"
  for at in link file folder; do
    add_mounts <<<"/$at - link bind,copy-symlink"
    expect_refusal "mounts[7] /$at (bind of $BUNDLE/link): the destination exists and is no link to \"target\""
    update_config 'del(.mounts[7])'
  done
  expect_equal "$(readlink "$BUNDLE/rootfs/link") $(<"$BUNDLE/rootfs/file")" 'place kept'
}

@test "copy-symlink: links of the image don't lead out" {
  make_links
  mkdir "$BUNDLE/outside"
  ln -s "$BUNDLE/outside" "$BUNDLE/rootfs/way"
  ln -s ../../../../../../../../../../"$BUNDLE/outside" "$BUNDLE/rootfs/up"
  add_mounts <<'END'
/way/one - link bind,copy-symlink
/up/two  - link bind,copy-symlink
END
  expect_inside "readlink $BUNDLE/outside/one; readlink $BUNDLE/outside/two" $'target\ntarget'
  expect_equal "$(ls -A "$BUNDLE/outside")" ''
}

@test "links: in a user namespace, where the parent opens the sources" {
  make_links
  map_ids 0 100000 65536
  mkdir "$BUNDLE/rootfs/m" "$BUNDLE/rootfs/own"
  chown 100000:100000 "$BUNDLE/rootfs/own"
  : >"$BUNDLE/rootfs/m/link"
  chmod 700 "$BUNDLE"
  add_mounts <<'END'
/m/link   - link   bind,src-nofollow
/link     - target bind,dest-nofollow
/own/link - link   bind,copy-symlink
/own/file - target bind,copy-symlink
END
  expect_inside "readlink /m/link; cat /link; readlink /own/link; cat /own/file; $mounted_at" 'target
content
target
content
/m/link
/link'
}

@test "links: /proc is none" {
  make_links
  ln -s /proc "$BUNDLE/proc"
  update_config 'del(.mounts[0])'
  for options in bind,copy-symlink bind,src-nofollow; do
    add_mounts <<<"/proc - proc $options"
    expect_refusal "mounts[6] /proc (bind of $BUNDLE/proc): only a procfs may be bound on /proc"
    update_config 'del(.mounts[6])'
  done
  # Nor is what leads into procfs covered as a link.
  ln -s proc "$BUNDLE/rootfs/p"
  add_mounts <<'END'
/proc  proc proc   -
/p/self -   target bind,dest-nofollow
END
  expect_refusal "mounts[7] /p/self (bind of $BUNDLE/target): the destination leads into procfs, where nothing may be mounted over"
}

@test "links: a source that is missing" {
  for option in src-nofollow copy-symlink; do
    add_mounts <<<"/m - nowhere bind,$option"
    expect_refusal "mounts[7] /m (bind of $BUNDLE/nowhere): bind source: open $BUNDLE/nowhere: not found (ENOENT)"
    update_config 'del(.mounts[7])'
  done
}
