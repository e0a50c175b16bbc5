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

# Nobody can write to it, and no kernel runs it.
expect_harmless_executable() {
  local status=0
  expect_equal "$(readlink "/proc/$pid/exe")" '/memfd:runtime (deleted)'
  expect_equal "$(executable_of "$pid" | cut -d ' ' -f 2)" 15
  (: >>"/proc/$pid/exe") 2>"$BATS_TEST_TMPDIR/errors" || status=$?
  [ "$status" != 0 ] || fail 'it can be written'
  grep -q 'Text file busy' "$BATS_TEST_TMPDIR/errors"
  python3 -c 'import os, sys; os.execv(sys.argv[1], sys.argv[1:])' "/proc/$pid/exe" 2>"$BATS_TEST_TMPDIR/errors" || status=$?
  grep -q 'Exec format error' "$BATS_TEST_TMPDIR/errors"
}

@test "executable: what waits in the container has nothing of it (S-24, S-26)" {
  before=$(sha256sum <"$RUNTIME")
  create_and_find
  expect_harmless_executable
  if mapped_inodes "$pid" | grep -qx "$(stat --format=%i "$RUNTIME")"; then fail "$(<"/proc/$pid/maps")"; fi
  # Of memory that is its own, not even 100 kB: no more than heap and stack.
  [ "$(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")" -le 100 ] || [ -n "${SANITIZED-}" ] ||
    fail "$(<"/proc/$pid/smaps")"
  expect_equal "$(sha256sum <"$RUNTIME")" "$before"
  runtime start "$ID"
  expect_equal "$(state_of "$ID" status)" running
  # Nobody is kept from replacing it either, as on an upgrade.
  cp "$RUNTIME" "$BATS_TEST_TMPDIR/runtime"
  "$BATS_TEST_TMPDIR/runtime" --root "$ROOT" create --bundle "$BUNDLE" "$ID-2" </dev/null >/dev/null 2>&1
  cp "$RUNTIME" "$BATS_TEST_TMPDIR/runtime"
  runtime delete --force "$ID-2"
}

@test "executable: a script that is to be run by it finds no program" {
  printf '#!/proc/self/exe\n' >"$BUNDLE/rootfs/script"
  chmod +x "$BUNDLE/rootfs/script"
  set_program /script
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_error "run $ID: exec: \"/script\": exec format error" 126
}

@test "executable: what it takes to leave it is given back, with a filter, too" {
  for change in . '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW"}' \
    '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW"} | .process.noNewPrivileges = false' \
    '.process.user = {uid: 1000, gid: 1000}'; do
    set_program grep -E '^Cap(Prm|Eff)' /proc/self/status
    update_config '.process.capabilities = {} | .process.capabilities.bounding = ["CAP_KILL"]
      | .process.capabilities.permitted = ["CAP_KILL"] | .process.capabilities.effective = ["CAP_KILL"]'
    update_config "$change"
    try runtime run --bundle "$BUNDLE" "$ID"
    expect_equal "$status" 0 "$change: $stderr"
    if grep -q '1000' <<<"$change"; then kept=0000000000000000; else kept=0000000000000020; fi
    expect_equal "$(awk '{ print $2 }' <<<"$stdout" | sort -u)" "$kept" "$change"
  done
}

@test "executable: the runtime executes itself once" {
  set_program true
  strace --follow-forks --trace=execve,execveat --output="$OUTPUT" "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" "$ID" \
    </dev/null
  expect_equal "$(grep -c ' = 0$' "$OUTPUT")" 2
}

@test "executable: where something is run in the container before, it is left at once (S-24, S-26)" {
  untraced=$(<"$BUNDLE/config.json")
  for hook in createContainer startContainer; do
    jq --arg kind "$hook" '.hooks[$kind] = [{path: "/bin/true"}]' <<<"$untraced" | replace_config
    create_and_find
    expect_equal "$(executable_of "$pid")" '0 15' "$hook"
    expect_harmless_executable
    # By another mount, which nobody can write through.
    mapped_inodes "$pid" | grep -qx "$(stat --format=%i "$RUNTIME")" || fail "$hook: $(<"/proc/$pid/maps")"
    runtime delete --force "$ID"
  done
}

@test "executable: where somebody may trace us, its pages are not the file's (S-26)" {
  untraced=$(<"$BUNDLE/config.json")
  for change in '.process.capabilities.bounding += ["CAP_SYS_PTRACE"] | .hooks.startContainer = [{path: "/bin/true"}]' \
    '(.linux.namespaces[] | select(.type == "pid")).path = "/proc/self/ns/pid"' \
    'del(.linux.namespaces[] | select(.type == "pid"))'; do
    jq "$change" <<<"$untraced" | replace_config
    create_and_find
    if mapped_inodes "$pid" | grep -qx "$(stat --format=%i "$RUNTIME")"; then fail "$change: $(<"/proc/$pid/maps")"; fi
    grep -q 'r-xp .* /memfd:runtime (deleted)$' "/proc/$pid/maps"
    expect_equal "$(executable_of "$pid")" '0 15' "$change"
    expect_harmless_executable
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
