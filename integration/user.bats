#!/usr/bin/env bats
# config.md#posix-platform-user, #linux-process capabilities: who the program is and what it may.
load helpers

# --- ids and groups --------------------------------------------------------------------------

@test "user: uid and gid, real, effective, saved and file system" {
  update_config '.process.user = {uid: 1000, gid: 2000}'
  expect_inside 'grep -E "^(Uid|Gid)" /proc/self/status' \
    $'Uid:\t1000\t1000\t1000\t1000\nGid:\t2000\t2000\t2000\t2000'
}

@test "user: without one it is root" {
  update_config 'del(.process.user)'
  expect_inside 'id -u; id -g' $'0\n0'
}

@test "user: the largest id there is" {
  update_config '.process.user = {uid: 4294967294, gid: 4294967294}'
  expect_inside 'id -u; id -g' $'4294967294\n4294967294'
}

@test "user: additional groups, exactly those" {
  update_config '.process.user = {uid: 1000, gid: 1000, additionalGids: [10, 2000, 4294967294]}'
  expect_inside 'grep Groups /proc/self/status' $'Groups:\t10 2000 4294967294 '
}

@test "user: the caller's groups are gone, with an empty list too (S-31)" {
  for change in 'del(.process.user.additionalGids)' '.process.user.additionalGids = []' \
    '.process.user = {uid: 1000, gid: 1000, additionalGids: []}'; do
    update_config "$change"
    set_script 'grep Groups /proc/self/status'
    try setpriv --groups 5,6,7000 "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
    expect_success $'Groups:\t '
  done
}

@test "user: root's power over files is gone with the id" {
  echo secret >"$BUNDLE/rootfs/etc/secret"
  chmod 600 "$BUNDLE/rootfs/etc/secret"
  update_config '.process.user = {uid: 1000, gid: 1000}'
  set_script 'cat /etc/secret'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 1 '' "cat: can't open '/etc/secret': Permission denied"
}

@test "user: a set-user-ID program gains by it, unless noNewPrivileges (S-29)" {
  # Busybox' su is so kind as to tell whether it was given root's id. Without a password it fails at
  # once for what else it lacks.
  sed -i s/^root:x:/root::/ "$BUNDLE/rootfs/etc/passwd"
  cp "$BUNDLE/rootfs/bin/busybox" "$BUNDLE/rootfs/bin/su"
  chmod 4755 "$BUNDLE/rootfs/bin/su"
  update_config '.process.user = {uid: 1000, gid: 1000} | .process.args = ["su", "-c", "true", "root"]'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 1 '' 'su: must be suid to work properly'
  update_config '.process.noNewPrivileges = false'
  try runtime run --bundle "$BUNDLE" "$ID"
  [[ "$stderr" != *'must be suid'* ]] || fail "$stderr"
}

# --- standard streams ------------------------------------------------------------------------

@test "user: owns its standard streams, which it can open again (K-54)" {
  update_config '.process.user = {uid: 1000, gid: 1000}'
  set_script 'echo by name >/dev/stdout; echo error by name >/dev/stderr'
  runtime run --bundle "$BUNDLE" "$ID" 2>"$BATS_TEST_TMPDIR/errors" | cat >"$OUTPUT"
  expect_equal "$(<"$OUTPUT")" 'by name'
  expect_equal "$(<"$BATS_TEST_TMPDIR/errors")" 'error by name'
  expect_equal "$(stat -c '%u %g' "$BATS_TEST_TMPDIR/errors")" '1000 0' 'owner'
}

@test "user: the null device stays root's" {
  before=$(stat -c '%u %g %a' /dev/null)
  update_config '.process.user = {uid: 1000, gid: 1000}'
  set_script 'echo x >/dev/null'
  runtime run --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1
  expect_equal "$(stat -c '%u %g %a' /dev/null)" "$before"
}

# --- capabilities ----------------------------------------------------------------------------

# The five masks of a process: inheritable, permitted, effective, bounding, ambient.
masks_of() { sed -n 's/^Cap...:\t0*\(.\)/\1/p' "/proc/$1/status" | tr '\n' ' '; }

# expect_masks MASKS: of the created container, which has them all set, and no exec behind it that
# would compute others.
expect_masks() {
  create "$ID"
  got=$(masks_of "$(state_of "$ID" pid)")
  runtime delete "$ID"
  expect_equal "$got" "$1" 'capabilities'
}

@test "capabilities: each set is its own (S-28)" {
  # chown 0, dac_override 1, kill 5, setuid 7, net_bind_service 10, audit_write 29
  for user in 0 1000; do
    update_config --argjson uid "$user" '.process.user = {uid: $uid, gid: 0} | .process.capabilities = {
      bounding: ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID"],
      permitted: ["CAP_CHOWN", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
      effective: ["CAP_CHOWN"], inheritable: ["CAP_KILL"], ambient: ["CAP_KILL"]}'
    expect_masks '20 421 1 a1 20 '
  done
}

@test "capabilities: none at all" {
  for change in '.process.capabilities = {}' 'del(.process.capabilities)' \
    '.process.capabilities = {bounding: [], permitted: [], effective: [], inheritable: [], ambient: []}'; do
    update_config "$change"
    expect_masks '0 0 0 0 0 '
  done
  expect_inside 'grep -E "^Cap" /proc/self/status | cut -f 2 | sort -u' 0000000000000000
}

@test "capabilities: what the program has after its exec" {
  # Root has the bounding set, and by noNewPrivileges no more than it had before.
  expect_inside 'grep -E "^Cap" /proc/self/status' 'CapInh:	0000000000000000
CapPrm:	0000000020000420
CapEff:	0000000020000420
CapBnd:	0000000020000420
CapAmb:	0000000000000000'
  # Another user has none, but ambient ones.
  update_config '.process.user = {uid: 1000, gid: 1000}'
  expect_inside 'grep -E "^Cap(Prm|Eff)" /proc/self/status | cut -f 2' $'0000000000000000\n0000000000000000'
  update_config '.process.capabilities |= (.inheritable = ["CAP_KILL"] | .ambient = ["CAP_KILL"])'
  expect_inside 'grep -E "^Cap(Prm|Eff)" /proc/self/status | cut -f 2' $'0000000000000020\n0000000000000020'
}

@test "capabilities: they have effect" {
  update_config '.process.noNewPrivileges = false'
  set_script 'chown 1 /tmp/file; mknod /tmp/node c 1 3'
  touch "$BUNDLE/rootfs/tmp/file"
  ln -s busybox "$BUNDLE/rootfs/bin/chown"
  ln -s busybox "$BUNDLE/rootfs/bin/mknod"
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 1 '' 'chown: /tmp/file: Operation not permitted
mknod: /tmp/node: Operation not permitted'
  update_config '.process.capabilities |= map_values(. + ["CAP_CHOWN", "CAP_MKNOD"])'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ''
  expect_equal "$(stat -c '%u %F' "$BUNDLE/rootfs/tmp/file" "$BUNDLE/rootfs/tmp/node")" \
    $'1 regular empty file\n0 character special file'
}

@test "capabilities: one that is unknown or can't be granted is left out, with a warning" {
  update_config '.process.capabilities = {bounding: ["CAP_KILL", "CAP_NONSENSE", "cap_kill"],
    permitted: ["CAP_KILL"], inheritable: ["CAP_KILL"], effective: ["CAP_KILL", "CAP_CHOWN"], ambient: ["CAP_CHOWN"]}'
  status=0
  runtime create --bundle "$BUNDLE" "$ID" >/dev/null 2>"$BATS_TEST_TMPDIR/warnings" 3>&- || status=$?
  expect_equal "$status $(masks_of "$(state_of "$ID" pid)")" '0 20 20 20 20 0 '
  expect_equal "$(sed 's/.*level=\([a-z]*\) msg="\(.*\)"$/\1: \2/' "$BATS_TEST_TMPDIR/warnings")" \
    'warning: /process/capabilities/bounding/1: unknown capability \"CAP_NONSENSE\"
warning: /process/capabilities/bounding/2: unknown capability \"cap_kill\"
warning: capability CAP_CHOWN is not granted: effective, but not permitted
warning: capability CAP_CHOWN is not granted: ambient, but not both permitted and inheritable'
}

@test "capabilities: the runtime's own bounding set is a limit" {
  update_config '.process.noNewPrivileges = false |
    .process.capabilities = {bounding: ["CAP_KILL", "CAP_CHOWN"], permitted: ["CAP_KILL", "CAP_CHOWN"], effective: ["CAP_KILL", "CAP_CHOWN"]}'
  set_script 'grep -E "^Cap(Prm|Bnd)" /proc/self/status | cut -f 2'
  try setpriv --bounding-set -kill "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stdout" $'0 0000000000000001\n0000000000000001'
  [[ "$stderr" == *"msg=\"capability CAP_KILL is not granted: the runtime doesn't have it\"" ]] || fail "$stderr"
}
