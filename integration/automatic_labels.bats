#!/usr/bin/env bats
# dev.runtime.selinux: automatic SELinux labels, and the options Z and z (P-08). In the guest:
# integration/vm/run selinux.
load helpers

needs_selinux() {
  [ -e /sys/fs/selinux/enforce ] || skip 'SELinux is not enabled (integration/vm/run selinux boots a guest where it is)'
}

setup_auto() {
  needs_selinux
  update_config --arg value "${1-auto}" '.annotations["dev.runtime.selinux"] = $value'
  set_program sleep 1000
  # Of the bundle's own, since all tests' are one file.
  cp --remove-destination /bin/busybox "$BUNDLE/rootfs/bin/busybox"
}

# Another bundle with the same config.
copy_bundle() { cp -a "$BUNDLE" "$BATS_TEST_TMPDIR/$1"; }

start() {
  try runtime run --detach --bundle "${2-$BUNDLE}" "$1"
  expect_success ''
}

label_of() { tr -d '\0' <"/proc/$(state_of "$1" pid)/attr/current"; }
range_of() { label_of "$1" | cut -d: -f4-; }
leases() { ls /run/runtime-categories 2>/dev/null || true; }

@test "automatic labels: refused where SELinux is not enabled" {
  [ ! -e /sys/fs/selinux/enforce ] || skip 'SELinux is enabled'
  update_config '.annotations["dev.runtime.selinux"] = "auto"'
  expect_refusal 'config.json: /annotations/dev.runtime.selinux: SELinux is not enabled'
}

@test "automatic labels: bad values" {
  for value in '' yes auto:c9.c3; do
    update_config --arg value "$value" '.annotations["dev.runtime.selinux"] = $value'
    expect_refusal "config.json: /annotations/dev.runtime.selinux: \"$value\" is none of auto, auto:cFIRST.cLAST, none"
  done
}

@test "automatic labels: none is what there is without the annotation" {
  update_config '.annotations["dev.runtime.selinux"] = "none"'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ''
}

@test "automatic labels: Z and z do nothing where there is no label" {
  mkdir "$BUNDLE/private" "$BUNDLE/shared" "$BUNDLE/rootfs/private" "$BUNDLE/rootfs/shared"
  add_mounts <<<"/private - private bind,Z
/shared - shared bind,z"
  [ ! -e /sys/fs/selinux/enforce ] || before=$(stat -c %C "$BUNDLE/private")
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ''
  [ ! -e /sys/fs/selinux/enforce ] || expect_equal "$(stat -c %C "$BUNDLE/private")" "$before"
}

@test "automatic labels: the policy's, with two categories; files have them, and the lease is returned" {
  setup_auto
  start "$ID"
  [[ $(label_of "$ID") =~ ^system_u:system_r:container_t:(s0:c([0-9]+),c([0-9]+))$ ]] || fail "$(label_of "$ID")"
  expect_equal "$(leases)" "${BASH_REMATCH[2]}.${BASH_REMATCH[3]}"
  local label=system_u:object_r:container_file_t:${BASH_REMATCH[1]} path
  for path in / /bin/busybox /bin/sh /etc/passwd /dev/shm; do
    expect_equal "$(stat -c %C "/proc/$(state_of "$ID" pid)/root$path")" "$label" "$path"
  done
  runtime delete --force "$ID"
  expect_equal "$(leases)" ''
}

@test "automatic labels: list, state and ps show them" {
  setup_auto
  start "$ID"
  local label
  label=$(label_of "$ID")
  expect_equal "$(runtime state "$ID" | jq -r '.annotations["dev.runtime.selinux.label"]')" "$label"
  [[ $(runtime list) == *LABEL*"$label"* ]] || fail "$(runtime list)"
  [[ $(runtime ps "$ID" -eZ) == *"$label"*sleep* ]] || fail "$(runtime ps "$ID" -eZ)"
}

@test "automatic labels: two containers can't read each other's files" {
  setup_auto
  copy_bundle other
  start "$ID-1" "$BATS_TEST_TMPDIR/other"
  echo secret >"$BATS_TEST_TMPDIR/other/rootfs/etc/secret"
  chmod -R 777 "$BATS_TEST_TMPDIR/other/rootfs/etc"
  mkdir "$BUNDLE/rootfs/neighbour"
  add_mounts <<<"/neighbour - $BATS_TEST_TMPDIR/other/rootfs bind"
  set_script 'cat /neighbour/etc/secret >/dev/null 2>&1 && echo open >/etc/result || echo closed >/etc/result'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$(<"$BUNDLE/rootfs/etc/result")" closed
}

@test "automatic labels: a volume is private or shared" {
  setup_auto
  mkdir -p "$BUNDLE"/{private,shared}/folder "$BUNDLE"/rootfs/{private,shared} "$BATS_TEST_TMPDIR/outside"
  echo x | tee "$BUNDLE/private/folder/file" "$BUNDLE/shared/folder/file" >"$BATS_TEST_TMPDIR/outside/file"
  ln -s "$BATS_TEST_TMPDIR/outside" "$BUNDLE/private/link"
  local before
  before=$(stat -c %C "$BATS_TEST_TMPDIR/outside/file")
  add_mounts <<<"/private - private bind,Z
/shared - shared bind,z"
  start "$ID"
  expect_equal "$(stat -c %C "$BUNDLE/private/folder/file" "$BUNDLE/private/link")" \
    "system_u:object_r:container_file_t:$(range_of "$ID")"$'\n'"system_u:object_r:container_file_t:$(range_of "$ID")"
  expect_equal "$(stat -c %C "$BUNDLE/shared/folder/file")" system_u:object_r:container_file_t:s0
  expect_equal "$(stat -c %C "$BATS_TEST_TMPDIR/outside/file")" "$before"
}

@test "automatic labels: what is the host's keeps its labels" {
  setup_auto
  mkdir "$BUNDLE/rootfs/host"
  add_mounts <<<'/host - /etc rbind,Z'
  local index before
  index=$(jq '.mounts | length - 1' "$BUNDLE/config.json")
  before=$(stat -c %C /etc/hostname)
  expect_refusal "config.json: /mounts/$index/source: \"/etc\" is the host's and keeps its labels"
  expect_equal "$(stat -c %C /etc/hostname)" "$before"
}

@test "automatic labels: a root file system that is the host's keeps its labels" {
  setup_auto
  local folder before
  for folder in / /usr/bin; do
    update_config --arg folder "$folder" '.root.path = $folder'
    before=$(stat -c %C "$folder" /usr/bin/env)
    expect_refusal "config.json: /root/path: \"$folder\" is the host's and keeps its labels"
    expect_equal "$(stat -c %C "$folder" /usr/bin/env)" "$before"
  done
}

# --- for every container of the host --------------------------------------------------------------

# set_host LINES: the setting of the host, which is the guest.
set_host() {
  needs_selinux
  mkdir -p /etc/runtime
  printf '%s\n' "$@" >/etc/runtime/selinux
}

teardown() {
  [ ! -e /sys/fs/selinux/enforce ] || rm -f /etc/runtime/selinux
  [ -n "${ROOT:-}" ] || return 0
  delete_containers
  expect_nothing_left
}

# A container without a word about labels.
setup_plain() {
  setup_auto
  update_config 'del(.annotations)'
}

@test "automatic labels: the host gives them to every container that doesn't say otherwise" {
  set_host '# all of them' '' auto:c512.c1023
  setup_plain
  copy_bundle other
  start "$ID"
  start "$ID-1" "$BATS_TEST_TMPDIR/other"
  [[ $(label_of "$ID") =~ ^system_u:system_r:container_t:s0:c([0-9]+),c[0-9]+$ ]] || fail "$(label_of "$ID")"
  ((BASH_REMATCH[1] >= 512))
  [ "$(range_of "$ID")" != "$(range_of "$ID-1")" ]
  expect_equal "$(stat -c %C "$BUNDLE/rootfs/etc/passwd")" "system_u:object_r:container_file_t:$(range_of "$ID")"
  delete_containers
  expect_equal "$(leases)" ''
}

@test "automatic labels: none is a container's way out, and so are labels of its own" {
  set_host auto
  setup_plain
  update_config '.annotations["dev.runtime.selinux"] = "none"'
  start "$ID"
  expect_equal "$(label_of "$ID")" "$(tr -d '\0' </proc/self/attr/current)"
  runtime delete --force "$ID"
  update_config 'del(.annotations) | .process.selinuxLabel = "system_u:system_r:spc_t:s0"'
  chcon -R system_u:object_r:container_file_t:s0 "$BUNDLE/rootfs"
  start "$ID"
  expect_equal "$(label_of "$ID")" system_u:system_r:spc_t:s0
  expect_equal "$(leases)" ''
}

@test "automatic labels: a setting of the host that is none is refused, and says where" {
  set_host '# all of them' yes
  setup_plain
  expect_refusal '/etc/runtime/selinux: line 2: "yes" is none of auto, auto:cFIRST.cLAST, none'
  set_host auto auto
  expect_refusal '/etc/runtime/selinux: line 2: "auto" is one too many after line 1'
  set_host auto:c5000.c5001
  expect_refusal '/etc/runtime/selinux: "system_u:system_r:container_t:s0:c5000,c5001": the loaded policy has no range "s0:c5000,c5001"'
  # Nobody asks for it where it makes no difference.
  set_host yes
  update_config '.annotations["dev.runtime.selinux"] = "none"'
  start "$ID"
}

# --- with an annotation --------------------------------------------------------------------------

@test "automatic labels: another type of the config's, but no categories" {
  setup_auto
  update_config '.process.selinuxLabel = "system_u:system_r:spc_t:s0"'
  try runtime run --detach --bundle "$BUNDLE" "$ID"
  expect_success ''
  [[ $(label_of "$ID") =~ ^system_u:system_r:spc_t:s0:c[0-9]+,c[0-9]+$ ]] || fail "$(label_of "$ID")"
  runtime delete --force "$ID"
  update_config '.process.selinuxLabel = "system_u:system_r:container_t:s0:c1"'
  expect_refusal 'config.json: /annotations/dev.runtime.selinux: /process/selinuxLabel "system_u:system_r:container_t:s0:c1" has categories of its own'
}

@test "automatic labels: an exhausted range is refused, and one that others use isn't touched" {
  setup_auto auto:c5.c7
  local n
  for n in 1 2; do copy_bundle "$n" && start "$ID-$n" "$BATS_TEST_TMPDIR/$n"; done
  # Somebody else's process has the third pair.
  local third
  for third in s0:c5,c6 s0:c5,c7 s0:c6,c7; do
    [[ "$(range_of "$ID-1") $(range_of "$ID-2")" == *"$third"* ]] || break
  done
  cp /bin/busybox "$BATS_TEST_TMPDIR/sleep"
  chcon system_u:object_r:container_file_t:s0 "$BATS_TEST_TMPDIR/sleep"
  runcon "system_u:system_r:container_t:$third" "$BATS_TEST_TMPDIR/sleep" 1000 3>&- &
  local stranger=$!
  wait_until runs_program "$stranger" sleep
  try runtime create --bundle "$BUNDLE" "$ID"
  kill "$stranger"
  expect_error "create $ID: config.json: /annotations/dev.runtime.selinux: no pair of the categories c5 to c7 is free, 2 container(s) have one"
  [ ! -e "$ROOT/$ID" ]
  wait "$stranger" || true
  start "$ID"
  expect_equal "$(range_of "$ID")" "$third"
}

@test "automatic labels: categories that the policy hasn't got" {
  setup_auto auto:c5000.c5001
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: config.json: /annotations/dev.runtime.selinux: \"system_u:system_r:container_t:s0:c5000,c5001\": the loaded policy has no range \"s0:c5000,c5001\""
  expect_equal "$(leases)" ''
}

@test "automatic labels: many containers, many kills, no pair twice" {
  setup_auto
  local n count=${LABELS-20} id
  for ((n = 1; n <= count; ++n)); do
    cp -al "$BUNDLE" "$BATS_TEST_TMPDIR/b$n"
    rm "$BATS_TEST_TMPDIR/b$n/rootfs/bin/busybox" && cp /bin/busybox "$BATS_TEST_TMPDIR/b$n/rootfs/bin/"
  done
  # Creates that are killed wherever they are, and deletes in between.
  for ((n = 1; n <= count; ++n)); do
    id=$ID-$n
    "$RUNTIME" --root "$ROOT" create --bundle "$BATS_TEST_TMPDIR/b$n" "$id" >/dev/null 2>&1 3>&- &
    if ((n % 3 == 0)); then
      sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
      kill -KILL $! 2>/dev/null || true
    fi
    wait $! || true
    ((n % 5 != 0)) || runtime delete --force "$id"
  done
  for ((n = 1; n <= count; ++n)); do
    id=$ID-$n
    has_status "$id" created || {
      runtime delete --force "$id"
      runtime create --bundle "$BATS_TEST_TMPDIR/b$n" "$id" >/dev/null 2>&1 3>&-
    }
    tr -d '\0' <"/proc/$(state_of "$id" pid)/attr/exec"
    echo
  done >"$BATS_TEST_TMPDIR/labels"
  expect_equal "$(sort -u "$BATS_TEST_TMPDIR/labels" | grep -c container_t)" "$count"
  expect_equal "$(leases | wc -l)" "$count"
  for ((n = 1; n <= count; ++n)); do runtime delete --force "$ID-$n"; done
  expect_equal "$(leases)" ''
}
