#!/usr/bin/env bats
# dev.runtime.userns: automatic user namespaces (P-15), and dev.runtime.rootfs.idmap.
#
# The pool is in subuid(5) and subgid(5), which the tests see in a mount namespace of their own; who
# has what is below /run/runtime-ids, which they see empty.
load helpers

setup_file() {
  prepare_bundle
  BUNDLE=$BATS_FILE_TMPDIR/bundle update_config '.annotations["dev.runtime.userns"] = "auto:1000"'
  # A namespace that outlives each test's processes.
  unshare --mount --propagation private sleep 10000 3>&- &
  echo "$!" >"$BATS_FILE_TMPDIR/keeper"
  # Until then what is mounted inside would be mounted on the host.
  wait_until runs_program "$!" sleep
  mkdir "$BATS_FILE_TMPDIR/ids"
  mkdir -p /run/runtime-ids
  pool runtime:7000000:3500
  local file
  for file in subuid subgid; do inside mount --bind "$BATS_FILE_TMPDIR/$file" "/etc/$file"; done
  inside mount --bind "$BATS_FILE_TMPDIR/ids" /run/runtime-ids
}

teardown_file() { kill "$(<"$BATS_FILE_TMPDIR/keeper")"; }

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  local entry
  for entry in "$ROOT"/*; do
    [ ! -e "$entry" ] || inside "$RUNTIME" --root "$ROOT" delete --force "${entry##*/}"
  done
  expect_nothing_left
  expect_equal "$(ls "$BATS_FILE_TMPDIR/ids")" '' 'leases'
  pool runtime:7000000:3500
}

# What both files say, for users and for groups, which are a million further.
pool() {
  printf '%s\n' other:1:1 "$@" >"$BATS_FILE_TMPDIR/subuid"
  printf '%s\n' "$@" | sed 's/:7\(......\):/:8\1:/' >"$BATS_FILE_TMPDIR/subgid"
}

inside() { nsenter --mount="/proc/$(<"$BATS_FILE_TMPDIR/keeper")/ns/mnt" "$@"; }
runtime() { inside "$RUNTIME" --root "$ROOT" "$@"; }

map_of() { tr -s ' ' <"/proc/$(state_of "$1" pid)/uid_map"; }

@test "auto: ids of its own, users and groups, and released at delete" {
  set_script 'cat /proc/self/uid_map /proc/self/gid_map | tr -s " "'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success $' 0 7000000 1000\n 0 8000000 1000'
}

@test "auto: who enters later is root there, too" {
  set_program sleep 1000
  create "$ID"
  # shellcheck disable=SC2016
  try runtime exec "$ID" sh -c 'id -u; touch /tmp/made; stat -c %u /tmp/made; tr -s " " </proc/self/uid_map'
  expect_success $'0\n0\n 0 7000000 1000'
}

@test "auto: no two living containers share an id, and those of the dead are given again" {
  set_program sleep 1000
  for n in 1 2 3; do create "$ID-$n"; done
  expect_equal "$(map_of "$ID-1")$(map_of "$ID-2")$(map_of "$ID-3")" ' 0 7000000 1000 0 7001000 1000 0 7002000 1000'
  try runtime create --bundle "$BUNDLE" "$ID-4"
  expect_error "create $ID-4: config.json: /annotations/dev.runtime.userns: no 1000 consecutive ids of /etc/subuid are free, 3 container(s) have some"
  runtime delete --force "$ID-2"
  create "$ID-4"
  expect_equal "$(map_of "$ID-4")" ' 0 7001000 1000'
  # Stopped is not deleted.
  runtime kill "$ID-1" KILL
  wait_until has_status "$ID-1" stopped
  try runtime create --bundle "$BUNDLE" "$ID-5"
  expect_equal "$status" 1
}

@test "auto: many at once" {
  pool runtime:7000000:16000
  set_program sleep 1000
  for n in {1..16}; do runtime create --bundle "$BUNDLE" "$ID-$n" >/dev/null 2>&1 3>&- & done
  wait
  for n in {1..16}; do map_of "$ID-$n"; done >"$BATS_TEST_TMPDIR/maps"
  expect_equal "$(sort -u "$BATS_TEST_TMPDIR/maps" | wc -l)" 16
}

@test "auto: files made inside belong to the mapped id outside, those of the root file system to the image's owner (P-15)" {
  mkdir -m 777 "$BUNDLE/shared"
  update_config '.mounts += [{destination: "/home", source: "shared", options: ["bind"]}]'
  set_script 'touch /home/root /tmp/root; stat -c %u /tmp/root /bin/busybox /home/root; touch /bin/changed'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success $'0\n0\n0'
  expect_equal "$(stat -c %u:%g "$BUNDLE/shared/root" "$BUNDLE/rootfs/tmp/root" "$BUNDLE/rootfs/bin/changed" | tr '\n' ' ')" '7000000:8000000 0:0 0:0 '
}

@test "auto: two containers can't read one another's 0600 files over a shared bind (P-15)" {
  mkdir -m 1777 "$BUNDLE/shared"
  update_config '.mounts += [{destination: "/home", source: "shared", options: ["bind"]}]'
  set_script 'umask 077; echo secret >/home/$0; : >/tmp/wrote; exec sleep 1000'
  update_config '.process.args += ["one"]'
  create "$ID-1"
  runtime start "$ID-1"
  wait_until test -e "$BUNDLE/rootfs/tmp/wrote"
  set_program sh -c 'cat /home/one 2>&1; (echo x >>/home/one) 2>/dev/null; stat -c %u /home/one'
  try runtime run --bundle "$BUNDLE" "$ID-2"
  expect_equal "$status $stdout" $'0 cat: can\'t open \'/home/one\': Permission denied\n65534'
}

@test "auto: a mapping of one's own onto another's range is warned of" {
  set_program sleep 1000
  create "$ID-1"
  update_config 'del(.annotations) | .linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 7000999, size: 1}] |
    .linux.gidMappings = .linux.uidMappings | .process.args = ["true"] | .mounts |= map(select(.type != "devpts"))'
  try runtime run --bundle "$BUNDLE" "$ID-2"
  [[ $status = 0 && $stderr = *"config.json: /linux/uidMappings: ids of the automatic user namespace of $ROOT/$ID-1 are in it, which is to share them with nobody\"" ]] ||
    fail "$status $stderr"
}

@test "auto: the whole range without a size" {
  pool runtime:7000000:65536
  update_config '.annotations["dev.runtime.userns"] = "auto" | .process.user.uid = 65535'
  expect_inside 'id -u; tr -s " " </proc/self/uid_map' $'65535\n 0 7000000 65536'
}

@test "auto: what is refused before anything is made" {
  while IFS='#' read -r change text; do
    cp "$BUNDLE/config.json" "$BATS_TEST_TMPDIR/saved"
    update_config "$change"
    expect_refusal "config.json: $text"
    cp "$BATS_TEST_TMPDIR/saved" "$BUNDLE/config.json"
  done <<'END'
.annotations["dev.runtime.userns"] = "auto:0"#/annotations/dev.runtime.userns: "auto:0" is not auto or auto:SIZE
.annotations["dev.runtime.userns"] = "auto:"#/annotations/dev.runtime.userns: "auto:" is not auto or auto:SIZE
.annotations["dev.runtime.userns"] = "yes"#/annotations/dev.runtime.userns: "yes" is not auto or auto:SIZE
.annotations["dev.runtime.userns"] = "auto:-1"#/annotations/dev.runtime.userns: "auto:-1" is not auto or auto:SIZE
.linux.namespaces += [{type: "user"}]#/annotations/dev.runtime.userns: the config has a user namespace or mappings of its own
.linux.gidMappings = [{containerID: 0, hostID: 1, size: 1}]#/annotations/dev.runtime.userns: the config has a user namespace or mappings of its own
.process.user.uid = 1000#/process/user/uid: 1000 is not mapped in the user namespace
del(.annotations["dev.runtime.userns"]) | .annotations["dev.runtime.rootfs.idmap"] = "true"#/annotations/dev.runtime.rootfs.idmap: needs a user namespace
del(.annotations["dev.runtime.userns"]) | .annotations["dev.runtime.rootfs.idmap"] = "yes"#/annotations/dev.runtime.rootfs.idmap: true or false is expected
END
  pool other:7000000:1000
  expect_refusal 'config.json: /annotations/dev.runtime.userns: no ids to take from: /etc/subuid has no line "runtime:FIRST:COUNT"'
}

@test "auto: killed anywhere, delete --force gives the ids back" {
  for attempt in {1..40}; do
    # exec all the way, so that it is the runtime that is killed.
    (exec nsenter --mount="/proc/$(<"$BATS_FILE_TMPDIR/keeper")/ns/mnt" \
      "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-) &
    sleep "0.00$((attempt % 10))$((attempt / 10))"
    kill -KILL "$!" 2>/dev/null || true
    wait "$!" 2>/dev/null || true
    runtime delete --force "$ID"
    expect_nothing_left
    expect_equal "$(ls "$BATS_FILE_TMPDIR/ids")" '' "leases after attempt $attempt"
  done
}

@test "auto: a lease whose container is gone is nobody's" {
  set_program sleep 1000
  create "$ID-1"
  # As after a reboot that kept the file: another folder of that name.
  sed -i 's/"inode":[0-9]*/"inode":1/' "$BATS_FILE_TMPDIR/ids/7000000"
  create "$ID-2"
  expect_equal "$(map_of "$ID-2")" ' 0 7000000 1000'
  runtime delete --force "$ID-1"
  expect_equal "$(ls "$BATS_FILE_TMPDIR/ids")" 7000000
}

@test "auto: a volume with mapped ids shows them as the container's" {
  set_program sleep 1000
  # So that the next one's are not the first of the pool.
  create "$ID-1"
  mkdir "$BUNDLE/volume" "$BUNDLE/rootfs/m" "$BUNDLE/rootfs/n"
  touch "$BUNDLE/volume/file"
  add_mounts <<'END'
/m - volume bind,idmap
/n - volume bind,idmap=uids=@0-5-1;gids=@0-6-1
END
  set_script 'touch /m/made; stat -c %u:%g /m/file /m/made /n/file'
  try runtime run --bundle "$BUNDLE" "$ID-2"
  expect_success $'0:0\n0:0\n5:6'
  expect_equal "$(stat -c %u:%g "$BUNDLE/volume/made")" 0:0
}

@test "rootfs.idmap: with mappings of one's own" {
  update_config 'del(.annotations["dev.runtime.userns"]) | .annotations["dev.runtime.rootfs.idmap"] = "true" |
    .linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
    .linux.gidMappings = .linux.uidMappings'
  expect_inside 'touch /tmp/made; stat -c %u:%g /tmp/made /bin/busybox; tr -s " " </proc/self/uid_map' $'0:0\n0:0\n 0 100000 65536'
  expect_equal "$(stat -c %u:%g "$BUNDLE/rootfs/tmp/made")" 0:0
}

@test "features: the annotations that strangers should not write" {
  expect_equal "$("$RUNTIME" features | jq -c .potentiallyUnsafeConfigAnnotations)" \
    '["dev.runtime.userns","dev.runtime.rootfs.idmap","dev.runtime.selinux","dev.runtime.network.","org.systemd.property.","run.oci.systemd.subgroup","run.oci.keep_original_groups","run.oci.mount_context_type","org.criu.config"]'
}

# Where a lease can't be read nobody can know whose it is.
@test "auto: a lease that can't be read is nobody else's" {
  needs_strace
  set_program sleep 1000
  create "$ID"
  local file=/run/runtime-ids/7000000
  try inside strace -o /dev/null -P "$file" -e inject=read:error=EIO \
    "$RUNTIME" --root "$ROOT" run --detach --bundle "$BUNDLE" "$ID-2"
  expect_error "run $ID-2: config.json: /annotations/dev.runtime.userns: read lease 7000000: Input/output error (EIO)"
  inside test -e "$file" || fail 'the lease is gone'
}

@test "auto: a state folder whose path is not UTF-8 gets none" {
  ROOT=$BATS_TEST_TMPDIR/$'odd\xff'
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: config.json: /annotations/dev.runtime.userns: state folder \"$BATS_TEST_TMPDIR/odd\\xff/$ID\": the path is not UTF-8"
}
