#!/usr/bin/env bats
# The runtime's own file, out of the container's reach (S-24…S-26, CVE-2019-5736;
# docs/decisions/executable.md).
load helpers

# The size of what a process runs, and its seals, as fcntl(2) counts them: all four are 15.
executable_of() {
  python3 -c '
import fcntl, os, sys
executable = os.open(sys.argv[1], os.O_RDONLY)
print(os.fstat(executable).st_size, fcntl.fcntl(executable, 1034) & 15)' "/proc/$1/exe"
}

# The files that a process has mapped, by their inodes.
mapped_inodes() { awk '$5 > 0 { print $5 }' "/proc/$1/maps" | sort -u; }

create_and_find() {
  set_program sleep 1000
  create "$ID"
  pid=$(state_of "$ID" pid)
}

@test "executable: what runs in the container names an empty file, which nobody can write to (S-24)" {
  before=$(sha256sum <"$RUNTIME")
  create_and_find
  expect_equal "$(readlink "/proc/$pid/exe")" '/memfd:runtime (deleted)'
  expect_equal "$(executable_of "$pid")" '0 15'
  status=0
  (: >>"/proc/$pid/exe") 2>"$BATS_TEST_TMPDIR/errors" || status=$?
  [ "$status" != 0 ] || fail 'it can be written'
  grep -q 'Text file busy' "$BATS_TEST_TMPDIR/errors"
  expect_equal "$(sha256sum <"$RUNTIME")" "$before"
  # Nobody is kept from replacing it either, as on an upgrade.
  cp "$RUNTIME" "$BATS_TEST_TMPDIR/runtime"
  "$BATS_TEST_TMPDIR/runtime" --root "$ROOT" create --bundle "$BUNDLE" "$ID-2" </dev/null >/dev/null 2>&1
  cp "$RUNTIME" "$BATS_TEST_TMPDIR/runtime"
  runtime delete --force "$ID-2"
}

@test "executable: the runtime executes itself once" {
  set_program true
  strace --follow-forks --trace=execve,execveat --output="$OUTPUT" "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID" \
    </dev/null
  expect_equal "$(grep -c ' = 0$' "$OUTPUT")" 2
}

@test "executable: where somebody may trace us, its pages are not the file's (S-26)" {
  create_and_find
  mapped_inodes "$pid" | grep -qx "$(stat --format=%i "$RUNTIME")" || fail "nobody may: $(<"/proc/$pid/maps")"
  runtime delete --force "$ID"
  untraced=$(<"$BUNDLE/config.json")
  for change in '.process.capabilities.bounding += ["CAP_SYS_PTRACE"]' \
    '(.linux.namespaces[] | select(.type == "pid")).path = "/proc/self/ns/pid"' \
    'del(.linux.namespaces[] | select(.type == "pid"))'; do
    jq "$change" <<<"$untraced" | replace_config
    create_and_find
    if mapped_inodes "$pid" | grep -qx "$(stat --format=%i "$RUNTIME")"; then fail "$change: $(<"/proc/$pid/maps")"; fi
    grep -q 'r-xp .* /memfd:runtime (deleted)$' "/proc/$pid/maps"
    expect_equal "$(executable_of "$pid")" '0 15' "$change"
    runtime delete --force "$ID"
  done
}

@test "executable: without the right to give it up, the runtime goes on in a sealed copy of it" {
  set_program true
  strace --trace=prctl --output="$OUTPUT" "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID" </dev/null
  # Which of the calls it is depends on what is linked dynamically.
  which=$(grep -n -m 1 PR_SET_MM "$OUTPUT" | cut -d : -f 1)
  set_program sleep 1000
  strace --trace=prctl --inject=prctl:error=EPERM:when="$which" --output="$OUTPUT" \
    "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" </dev/null >/dev/null
  grep -q 'PR_SET_MM.*INJECTED' "$OUTPUT"
  pid=$(state_of "$ID" pid)
  expect_equal "$(executable_of "$pid")" "$(stat --format=%s "$RUNTIME") 15"
  if mapped_inodes "$pid" | grep -qx "$(stat --format=%i "$RUNTIME")"; then fail "$(<"/proc/$pid/maps")"; fi
  runtime start "$ID"
  expect_equal "$(state_of "$ID" status)" running
}

@test "executable: the helper of the systemd driver is found beside it all the same" {
  [ -x "$(dirname "$RUNTIME")/../libexec/runtime/runtime-systemd" ] || skip 'the helper is not built (libsystemd-dev)'
  update_config '.linux.cgroupsPath = ""'
  runtime --systemd-cgroup create --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>"$BATS_TEST_TMPDIR/errors" || true
  if grep -q 'not found; cgroup manager systemd' "$BATS_TEST_TMPDIR/errors"; then fail "$(<"$BATS_TEST_TMPDIR/errors")"; fi
}
