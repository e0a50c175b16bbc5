#!/usr/bin/env bats
# seccomp explain, seccomp default and spec --seccomp.
load helpers

setup_file() { prepare_bundle; }

set_profile() { update_config --argjson profile "$1" '.linux.seccomp = $profile'; }

@test "explain: in words, which rule decides" {
  set_profile '{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86"], "syscalls": [
    {"names": ["read", "rseq"], "action": "SCMP_ACT_ALLOW"},
    {"names": ["clone"], "action": "SCMP_ACT_ALLOW",
     "args": [{"index": 0, "value": 2114060288, "op": "SCMP_CMP_MASKED_EQ"}]}]}'
  try "$RUNTIME" seccomp explain --arch x86_64 "$BUNDLE" clone 17
  expect_success 'clone(0x11, 0x0, 0x0, 0x0, 0x0, 0x0), number 56 of SCMP_ARCH_X86_64: SCMP_ACT_ALLOW
  /linux/seccomp/syscalls/1: argument 0 & 0x7e020000 == 0x0 holds'
  try "$RUNTIME" seccomp explain --arch SCMP_ARCH_X86_64 "$BUNDLE/config.json" clone 0x10000000
  expect_success 'clone(0x10000000, 0x0, 0x0, 0x0, 0x0, 0x0), number 56 of SCMP_ARCH_X86_64: SCMP_ACT_ERRNO 1 (EPERM)
  /linux/seccomp/syscalls/1: SCMP_ACT_ALLOW if argument 0 & 0x7e020000 == 0x0: does not hold
  /linux/seccomp/defaultAction: the conditions of no rule that names the call hold'
  try "$RUNTIME" seccomp explain --arch x32 "$BUNDLE" read -1
  expect_success 'read(0xffffffffffffffff, 0x0, 0x0, 0x0, 0x0, 0x0), number 1073741824 of SCMP_ARCH_X32: SCMP_ACT_KILL_THREAD
  /linux/seccomp/architectures: the architecture is not listed'
}

@test "explain: as JSON, of a profile alone" {
  echo '{"defaultAction": "SCMP_ACT_KILL_PROCESS", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5}]}' \
    >"$BATS_TEST_TMPDIR/profile.json"
  try "$RUNTIME" seccomp explain -f json --arch x86_64 "$BATS_TEST_TMPDIR/profile.json" 0 3
  expect_success '[{"syscall":"read","number":0,"architecture":"SCMP_ARCH_X86_64","arguments":[3,0,0,0,0,0],"action":"SCMP_ACT_ERRNO","errnoRet":5,"decidedBy":"/linux/seccomp/syscalls/0","reason":"the rule names the call and has no conditions"}]'
}

@test "explain: what can't be answered" {
  set_profile '{"defaultAction": "SCMP_ACT_ALLOW"}'
  local arguments message
  while IFS='|' read -r arguments message; do
    eval "try \"$RUNTIME\" seccomp explain $arguments"
    expect_error "seccomp explain: $message"
  done <<EOF
|a bundle and a system call are expected (see runtime --help)
"$BUNDLE"|a bundle and a system call are expected (see runtime --help)
"$BUNDLE" nosuch|$BUNDLE/config.json: "nosuch": SCMP_ARCH_X86_64 has no system call of that name (see runtime --help)
"$BUNDLE" read x|"x": a number is expected, an argument of the call (see runtime --help)
"$BUNDLE" read 1 2 3 4 5 6 7|a system call has at most 6 arguments (see runtime --help)
-f yaml "$BUNDLE" read|--format: "yaml" (text, json) (see runtime --help)
"$BATS_TEST_TMPDIR/none" read|open $BATS_TEST_TMPDIR/none: not found (ENOENT)
EOF
  try "$RUNTIME" seccomp explain --arch pdp11 "$BUNDLE" read
  [[ $stderr == *'--arch: "pdp11" (SCMP_ARCH_X86, '* ]] || fail "$stderr"
  update_config 'del(.linux.seccomp)'
  try "$RUNTIME" seccomp explain "$BUNDLE" read
  expect_error "seccomp explain: $BUNDLE/config.json: /linux/seccomp: there is none"
  set_profile '{"defaultAction": "SCMP_ACT_NOTIFY"}'
  try "$RUNTIME" seccomp explain "$BUNDLE" read
  expect_error "seccomp explain: $BUNDLE/config.json: /linux/seccomp/defaultAction: SCMP_ACT_NOTIFY can't be the default"
}

# An ordinary shell at work, and what an attacker would try.
@test "default: a container runs with it, and can't do what it has no need to" {
  set_profile "$("$RUNTIME" seccomp default)"
  update_config '.process.args = ["sh", "-c", "
    grep ^Seccomp: /proc/self/status | tr -s \"\\t\" \" \"
    echo one | sort | sed s/one/two/ && (sleep 0.01 & wait) && ls / >/dev/null && id -u
    mkdir /tmp/new 2>/dev/null; unshare -U true; mount -t tmpfs none /tmp; chroot / true"]'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$stdout" $'Seccomp: 2\ntwo\n0'
  expect_equal "$stderr" "unshare: unshare(0x10000000): Operation not permitted
mount: permission denied (are you root?)
chroot: can't change root directory to '/': Operation not permitted"
}

@test "default: more for a bundle with capabilities" {
  try "$RUNTIME" seccomp default
  expect_equal "$status" 0
  jq -e '[.syscalls[].names[]] | index("ptrace") == null and index("mount") == null and index("read") != null' <<<"$stdout"
  update_config '.process.capabilities.bounding += ["CAP_SYS_PTRACE", "CAP_SYS_ADMIN"]'
  try "$RUNTIME" seccomp default --bundle "$BUNDLE"
  jq -e '[.syscalls[].names[]] | index("ptrace") != null and index("mount") != null' <<<"$stdout"
  try "$RUNTIME" seccomp default --bundle "$BATS_TEST_TMPDIR/none"
  expect_error 'seccomp default: bundle: open '"$BATS_TEST_TMPDIR/none"': not found (ENOENT)'
}

@test "spec --seccomp: the same profile in the new config" {
  cd "$BATS_TEST_TMPDIR"
  try "$RUNTIME" spec --seccomp
  expect_success ''
  expect_equal "$(jq -S .linux.seccomp config.json)" "$("$RUNTIME" seccomp default | jq -S .)"
  rm config.json
  try "$RUNTIME" spec
  expect_equal "$(jq .linux.seccomp config.json)" null
}
