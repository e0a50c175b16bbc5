#!/usr/bin/env bats
# features: the document that engines read, and that it tells the truth (features.md; client
# contract §9).
load ../helpers

# feature JQ: what it says.
feature() { "$RUNTIME" features | jq -r "$1"; }

@test "features: JSON on standard output and nothing else" {
  try "$RUNTIME" features
  expect_equal "$status $stderr" '0 '
  jq -e . <<<"$stdout" >/dev/null
}

@test "features: needs no privileges, no environment, no writable folder" {
  cp "$RUNTIME" "$BATS_TEST_TMPDIR/runtime"
  chmod 755 "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/runtime"
  try "$RUNTIME" features
  wanted=$stdout
  cd /
  # Whatever lies between here and there may be closed to others.
  try env -i setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps -all --bounding-set -all \
    "$RUNTIME" --root /nowhere features
  [ "$status" != 127 ] && [ "$status" != 126 ] || skip "the executable's folder is closed to others"
  expect_success "$wanted"
}

@test "K-62: the members that engines look for" {
  "$RUNTIME" features >"$BATS_TEST_TMPDIR/features"
  while read -r check; do
    jq -e "$check" "$BATS_TEST_TMPDIR/features" >/dev/null || fail "not true: $check"
  done <<'EOF'
.ociVersionMin == "1.0.0"
.ociVersionMax == "1.3.0"
.hooks == ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"]
.mountOptions | type == "array" and . == unique
.mountOptions | index("rro") != null
.mountOptions | contains(["bind", "rbind", "ro", "rw", "nosuid", "suid", "nodev", "dev", "noexec", "exec"])
.mountOptions | contains(["sync", "async", "dirsync", "atime", "noatime", "diratime", "nodiratime"])
.mountOptions | contains(["relatime", "norelatime", "strictatime", "nostrictatime", "nosymfollow", "symfollow"])
.mountOptions | contains(["private", "rprivate", "slave", "rslave", "shared", "rshared", "unbindable", "runbindable"])
.mountOptions | contains(["rro", "rrw", "rnosuid", "rsuid", "rnodev", "rdev", "rnoexec", "rexec", "rnoatime", "ratime"])
.mountOptions | contains(["iversion", "noiversion", "lazytime", "nolazytime", "silent", "loud", "defaults", "remount"])
.linux.namespaces | contains(["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"])
.linux.capabilities | contains(["CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_CHECKPOINT_RESTORE"])
.linux.capabilities | length >= 41 and all(startswith("CAP_"))
.linux.cgroup | .v1 == true and .v2 == true and .rdma == true
.linux.cgroup | [.systemd, .systemdUser] | all(type == "boolean")
.linux.cgroup | .systemd == .systemdUser
.potentiallyUnsafeConfigAnnotations | contains(["org.systemd.property.", "run.oci.systemd.subgroup"])
.linux.seccomp.enabled == true
.linux.seccomp.actions | contains(["SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO", "SCMP_ACT_TRACE", "SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY"])
.linux.seccomp.operators | length == 7
.linux.seccomp.archs | contains(["SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_AARCH64"])
.linux.seccomp.knownFlags | length == 4
.linux.seccomp | .supportedFlags - .knownFlags == []
.annotations["io.github.seccomp.libseccomp.version"] | test("^[0-9]+[.][0-9]+[.][0-9]+$")
.linux.apparmor.enabled | type == "boolean"
.linux.selinux.enabled | type == "boolean"
.linux.intelRdt == {enabled: true, schemata: true, monitoring: true}
.linux.mountExtensions.idmap.enabled | type == "boolean"
.linux.netDevices.enabled == true
.linux.memoryPolicy | (.modes | contains(["MPOL_DEFAULT", "MPOL_BIND", "MPOL_INTERLEAVE"])) and (.flags | length == 3)
.mountOptions | contains(["idmap", "ridmap", "tmpcopyup", "copy-symlink"])
.annotations["org.opencontainers.runc.checkpoint.enabled"] == "true"
.potentiallyUnsafeConfigAnnotations | contains(["org.systemd.property.", "org.criu.config"])
.annotations["dev.runtime.version"] | type == "string" and length > 0
EOF
}

@test "features: every mount option listed is known to the kernel or to us" {
  # One mount for each, all in one container. What binds has a source.
  feature '.mountOptions[]' >"$BATS_TEST_TMPDIR/options"
  update_config --rawfile options "$BATS_TEST_TMPDIR/options" --arg source "$BATS_TEST_TMPDIR" '
    .mounts += [$options | split("\n")[] | select(. != "" and . != "remount") | {
      destination: ("/tmp/" + .),
      type: "tmpfs",
      source: "tmpfs",
      options: [if test("^r?idmap$") then . + "=uids=0-0-1;gids=0-0-1" else . end]}
      | if .options[0] | test("^r?bind$|nofollow$|^copy-|^[Zz]$") then .source = $source | .options |= ["bind"] + . else . end]
    | .mounts += [{destination: "/tmp/ro", options: ["remount", "rw"]}]'
  set_script 'wc -l </proc/self/mountinfo'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stderr" '0 '
  # All of them were made; "remount" changes one.
  [ "$stdout" -ge "$(($(wc -l <"$BATS_TEST_TMPDIR/options") - 1))" ] || fail "$stdout mounts"
}

@test "features: mounts map ids" {
  expect_equal "$(feature .linux.mountExtensions.idmap.enabled)" true
}
