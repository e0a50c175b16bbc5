#!/usr/bin/env bats
# Mounts that show other ids than the file system has: uidMappings and gidMappings of a mount, the
# options idmap and ridmap (A-039, A-040, P-05). What is refused is in bad-inputs/mounts.table.
load helpers

# $VOLUME is a folder of the host, /m in the containers, with a file and another mount.
make_volume() {
  # Not where expect_nothing_left looks for mounts.
  VOLUME=$BATS_FILE_TMPDIR/$ID
  mkdir "$VOLUME" "$BUNDLE/rootfs/m"
  mount -t tmpfs -o mode=777 tmpfs "$VOLUME"
  touch "$VOLUME/file"
  mkdir "$VOLUME/below"
  mount -t tmpfs -o mode=777 tmpfs "$VOLUME/below"
  touch "$VOLUME/below/file"
}

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  delete_containers
  [ -z "${keeper-}" ] || kill "$keeper" || true
  [ -z "${VOLUME-}" ] || umount -R "$VOLUME"
  expect_nothing_left
}

# bind_volume OPTION…: at /m.
bind_volume() { add_mounts <<<"/m - $VOLUME $(IFS=, && echo "$*")"; }

# map_mount [ID SHOWN COUNT]: the lists of the last mount, for users; groups get twice the number.
map_mount() {
  update_config --argjson id "$1" --argjson shown "$2" --argjson count "$3" \
    '.mounts[-1].uidMappings = [{containerID: $id, hostID: $shown, size: $count}] |
     .mounts[-1].gidMappings = [{containerID: $id, hostID: (2 * $shown), size: $count}]'
}

as_user() { update_config --argjson id "$1" '.process.user = {uid: $id, gid: (2 * $id)}'; }

@test "mapped ids: the host's root is somebody else inside, and what that one makes is root's" {
  make_volume
  bind_volume rbind
  map_mount 0 1000 1
  as_user 1000
  expect_inside 'touch /m/made; stat -c "%n %u %g" /m/file /m/made /m/below/file' '/m/file 1000 2000
/m/made 1000 2000
/m/below/file 0 0'
  expect_equal "$(stat -c '%u %g' "$VOLUME/made")" '0 0'
}

@test "mapped ids: with ridmap in mounts below, too; with idmap not" {
  make_volume
  bind_volume rbind ridmap
  map_mount 0 1000 1
  as_user 1000
  expect_inside 'touch /m/below/made; stat -c "%u %g" /m/below/file; grep -c idmapped /proc/self/mountinfo' $'1000 2000\n2'
  expect_equal "$(stat -c '%u %g' "$VOLUME/below/made")" '0 0'
  update_config '.mounts[7].options = ["rbind", "idmap", "ro"]'
  expect_inside 'stat -c "%u %g" /m/below/file /m/file; touch /m/made 2>&1; grep -c idmapped /proc/self/mountinfo' \
    $'0 0\n1000 2000\ntouch: /m/made: Read-only file system\n1'
}

@test "mapped ids: who is not in the lists is nobody, and makes nothing" {
  make_volume
  chown 5:5 "$VOLUME/file"
  bind_volume bind
  map_mount 0 1000 1
  as_user 1001
  expect_inside 'stat -c "%u %g" /m/file; touch /m/made 2>&1; true' '65534 65534
touch: /m/made: Value too large for defined data type'
  expect_equal "$(ls "$VOLUME")" $'below\nfile'
}

@test "mapped ids: lists of an option, as crun has it" {
  make_volume
  chown 5:6 "$VOLUME/file"
  bind_volume bind 'idmap=uids=0-1000-1#5-1005-2;gids=6-2006-1#0-2000-1'
  as_user 1000
  expect_inside 'touch /m/made; stat -c "%u %g" /m/file /m/made' $'1005 2006\n1000 2000'
  expect_equal "$(stat -c '%u %g' "$VOLUME/made")" '0 0'
}

@test "mapped ids: as the container's user namespace has them" {
  make_volume
  map_ids 0 100000 65536
  bind_volume rbind idmap
  mkdir "$BUNDLE/rootfs/plain"
  add_mounts <<<"/plain - $VOLUME bind"
  expect_inside 'touch /m/made; chmod 640 /m/file; stat -c "%n %u %g" /m/file /m/made /m/below/file /plain/file' '/m/file 0 0
/m/made 0 0
/m/below/file 65534 65534
/plain/file 65534 65534'
  expect_equal "$(stat -c '%u %g %a' "$VOLUME/made" "$VOLUME/file")" $'0 0 644\n0 0 640'
}

@test "mapped ids: relative to the container's user namespace" {
  make_volume
  chown 7:7 "$VOLUME/file"
  map_ids 0 100000 10 10 200000 10
  bind_volume bind 'idmap=uids=@7-12-1#0-100003-1;gids=@7-0-2'
  expect_inside 'stat -c "%u %g" /m/file /m' $'12 0\n3 65534'
}

@test "mapped ids: other ones than those of the container's user namespace" {
  make_volume
  map_ids 0 100000 65536
  bind_volume bind
  update_config '.mounts[7].uidMappings = [{containerID: 0, hostID: 101000, size: 1}] |
    .mounts[7].gidMappings = [{containerID: 0, hostID: 102000, size: 1}]'
  update_config '.process.user = {uid: 1000, gid: 2000}'
  expect_inside 'touch /m/made; stat -c "%u %g" /m/file /m/made' $'1000 2000\n1000 2000'
  expect_equal "$(stat -c '%u %g' "$VOLUME/made")" '0 0'
}

@test "mapped ids: of a user namespace that is joined" {
  make_volume
  unshare --user sleep 1000 3>&- &
  keeper=$!
  wait_until runs_program "$keeper" sleep
  for map in uid_map gid_map; do echo '0 300000 65536' >"/proc/$keeper/$map"; done
  update_config --arg path "/proc/$keeper/ns/user" '.linux.namespaces += [{type: "user", path: $path}]'
  bind_volume bind idmap
  expect_inside 'touch /m/made; stat -c "%u %g" /m/file /m/made' $'0 0\n0 0'
  expect_equal "$(stat -c '%u %g' "$VOLUME/made")" '0 0'
}

@test "mapped ids: ACLs speak of the mapped ones (P-05)" {
  make_volume
  chmod 700 "$VOLUME/file"
  setfacl -m u:7:r,g:8:rw "$VOLUME/file"
  bind_volume bind
  map_mount 0 1000 10
  as_user 1007
  expect_inside 'cat /m/file; (echo >/m/file) 2>/dev/null || echo read-only' read-only
  as_user 7
  set_script 'cat /m/file'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 1 '' "cat: can't open '/m/file': Permission denied"
  set_program sleep 1000
  create "$ID"
  expect_equal "$(getfacl -cn "/proc/$(state_of "$ID" pid)/root/m/file" | grep ':[0-9]' | tr '\n' ' ')" \
    'user:1007:r-- group:2008:rw- '
}

@test "mapped ids: of a new tmpfs" {
  mkdir -m 711 "$BUNDLE/rootfs/m"
  add_mounts <<'END'
/m   tmpfs tmpfs ro
/new tmpfs tmpfs size=64k
END
  update_config '.mounts[7:][].uidMappings = [{containerID: 0, hostID: 1000, size: 1}] |
    .mounts[7:][].gidMappings = [{containerID: 0, hostID: 2000, size: 1}]'
  as_user 1000
  expect_inside 'touch /new/made; stat -c "%n %u %g %a" /m /new /new/made; grep -c idmapped /proc/self/mountinfo; touch /m/file 2>&1; true' '/m 1000 2000 711
/new 1000 2000 1777
/new/made 1000 2000 644
2
touch: /m/file: Read-only file system'
  map_ids 0 1000 2000
  update_config '.process.user = {uid: 0, gid: 1000} | .mounts[7].options = ["idmap"] | del(.mounts[7].uidMappings, .mounts[7].gidMappings)'
  expect_inside 'touch /new/made /m/made; stat -c "%n %u %g %a" /m /m/made /new /new/made' '/m 0 0 711
/m/made 0 1000 644
/new 0 1000 755
/new/made 0 1000 644'
}

@test "mapped ids: what is mounted inside stays there, as without" {
  make_volume
  mount --make-shared "$VOLUME"
  mkdir "$VOLUME/inside"
  bind_volume bind
  map_mount 0 0 1
  create "$ID"
  nsenter --target "$(state_of "$ID" pid)" --mount /bin/busybox mount -t tmpfs tmpfs /m/inside
  ! mountpoint -q "$VOLUME/inside"
}

@test "mapped ids: take CAP_SYS_ADMIN" {
  make_volume
  map_ids 0 100000 65536
  bind_volume bind idmap
  try setpriv --bounding-set -sys_admin --inh-caps -sys_admin "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: mounts[7] /m (bind of $VOLUME): mapping ids takes CAP_SYS_ADMIN"
  expect_nothing_left
}

@test "mapped ids: a user namespace that is the runtime's own has none" {
  make_volume
  bind_volume bind idmap
  update_config '.linux.namespaces += [{type: "user", path: "/proc/self/ns/user"}]'
  expect_refusal "mounts[7] /m (bind of $VOLUME): mapping ids: the container's user namespace is the runtime's own"
}
