#!/usr/bin/env bats
# spec: the config.json to begin with.
load helpers

@test "spec: writes config.json into the present folder or a given one" {
  mkdir "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
  cd "$BATS_TEST_TMPDIR/one"
  try "$RUNTIME" spec
  expect_success ''
  try "$RUNTIME" spec --bundle ../two
  expect_success ''
  cmp config.json ../two/config.json
  expect_equal "$(find . ../two -type f | tr '\n' ' ')" './config.json ../two/config.json '
  expect_equal "$(stat -c %a config.json)" 644
}

@test "spec: never overwrites" {
  cd "$BATS_TEST_TMPDIR"
  echo precious >config.json
  try "$RUNTIME" spec
  expect_error 'spec: config.json: there is one already; remove it first'
  expect_equal "$(<config.json)" precious
  rm config.json
  # Not through a link either.
  ln -s elsewhere config.json
  try "$RUNTIME" spec
  expect_error 'spec: config.json: there is one already; remove it first'
  [ ! -e elsewhere ] || fail 'it wrote through the link'
}

@test "spec: a full disk leaves no config.json" {
  mkdir "$BATS_TEST_TMPDIR/full"
  # shellcheck disable=SC2016 # expanded by the inner shell
  try unshare --mount --propagation private sh -c '
    mount -t tmpfs -o size=8k none "$1"
    head -c 8k /dev/zero >"$1/file"
    status=0
    "$0" spec --bundle "$1" || status=$?
    ls "$1"
    exit "$status"' "$RUNTIME" "$BATS_TEST_TMPDIR/full"
  expect_outcome 1 file 'runtime: spec: config.json: write: No space left on device (ENOSPC)'
}

@test "spec: a folder that isn't there" {
  try "$RUNTIME" spec --bundle "$BATS_TEST_TMPDIR/nowhere"
  expect_error "spec: open $BATS_TEST_TMPDIR/nowhere: not found (ENOENT)"
  touch "$BATS_TEST_TMPDIR/file"
  try "$RUNTIME" spec --bundle "$BATS_TEST_TMPDIR/file"
  expect_error "spec: open $BATS_TEST_TMPDIR/file: a component is not a folder (ENOTDIR)"
}

@test "spec: its output runs" {
  rm "$BUNDLE/config.json"
  cd "$BUNDLE"
  "$RUNTIME" spec
  # It has a terminal: what we write to it comes back.
  status=0
  output=$(echo 'echo $((40 + 2)); id -u; exit 6' | runtime run "$ID" 2>&1 3>&-) || status=$?
  expect_equal "$status" 6
  [[ "$output" == *$'\n42\r\n0\r'* ]] || fail "$output"
  expect_nothing_left
}

@test "spec: an image's own device node can't be opened" {
  grep -q '^229 fuse$' /proc/misc || skip 'no device 10:229 (fuse) on this host'
  mknod "$BUNDLE/rootfs/node" c 10 229
  set_script '(: </node) && echo open; head -c 4 /dev/zero | wc -c'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 0 4 "sh: can't open /node: Operation not permitted"
  update_config 'del(.linux.resources)'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success $'open\n4'
}

@test "spec: what it says is secure by default" {
  cd "$BATS_TEST_TMPDIR"
  "$RUNTIME" spec
  while read -r check; do
    jq -e "$check" config.json >/dev/null || fail "not true: $check"
  done <<'EOF'
.ociVersion == "1.3.0"
.root == {path: "rootfs", readonly: true}
.process.noNewPrivileges
.linux.resources == {devices: [{allow: false, access: "rwm"}]}
.process.capabilities | (.inheritable // []) + (.ambient // []) == []
.process.capabilities.bounding == ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]
[.linux.namespaces[].type] | sort == ["cgroup", "ipc", "mount", "network", "pid", "uts"]
.linux.maskedPaths | contains(["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"])
.linux.readonlyPaths | contains(["/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus"])
.mounts[] | select(.destination == "/sys/fs/cgroup") | .options | contains(["ro", "nosuid", "nodev", "noexec"])
EOF
}

@test "spec --rootless: a user namespace that maps the caller" {
  cd "$BATS_TEST_TMPDIR"
  chmod 777 .
  try "$RUNTIME" spec --rootless
  expect_success ''
  jq -e '[.linux.namespaces[].type] | index("user") != null and index("network") == null' config.json
  jq -e '.linux | .uidMappings == [{containerID: 0, hostID: 0, size: 1}] and .gidMappings == .uidMappings' config.json
}
