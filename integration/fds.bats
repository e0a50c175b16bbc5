#!/usr/bin/env bats
# Descriptors that are handed over, and those that must not be (B.5 of the feature inventory; K-57;
# S-19…S-23; CVE-2016-9962, CVE-2024-21626).
load helpers

standard='0 /dev/null 1 /dev/null 2 /dev/null'

# run_with COMMAND…: with standard streams on /dev/null and whatever is open beyond them.
run_with() { "$@" </dev/null >/dev/null 2>&1 || fail "failed: $*"; }

# As systemd would: the process id in LISTEN_PID is that of the runtime.
activated() {
  # shellcheck disable=SC2016 # the inner shell's variables
  env "$@" sh -c 'export LISTEN_PID=$$; exec "$@"' sh "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" \
    "${options[@]}" "$ID"
}

@test "fds: nothing but the standard streams, whatever the caller leaks (S-21)" {
  set_fd_lister
  exec 9<"$BATS_TEST_TMPDIR" 8<"$BUNDLE/config.json"
  for fd in {10..59}; do eval "exec $fd</"; done
  run_with runtime run --bundle "$BUNDLE" "$ID" 3<&0
  expect_equal "$(fds_inside)" "$standard"
  create "$ID"
  run_with runtime start "$ID" 3<&0
  wait_until has_status "$ID" stopped
  expect_equal "$(fds_inside)" "0 /dev/null 1 $OUTPUT 2 $OUTPUT"
}

@test "fds: a created container holds no folder and no file of the host (S-23)" {
  exec 9<"$BATS_TEST_TMPDIR"
  set_program sleep 1000
  runtime create --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1 3<&0
  pid=$(state_of "$ID" pid)
  held=$(find "/proc/$pid/fd" -type l -printf '%f %l\n' | sort)
  # The socket is where it waits for start.
  [[ "$held" =~ ^0\ /dev/null$'\n'1\ /dev/null$'\n'2\ /dev/null$'\n'[0-9]+\ socket:\[[0-9]+\]$ ]] || fail "$held"
  [[ "$(readlink "/proc/$pid/root" "/proc/$pid/cwd")" == /$'\n'/ ]]
  runtime start "$ID"
  held=$(find "/proc/$pid/fd" -type l -printf '%f %l\n' | sort)
  expect_equal "$held" $'0 /dev/null\n1 /dev/null\n2 /dev/null'
}

@test "fds: nobody in the container may look into its init before the program runs" {
  set_program sleep 1000
  runtime create --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1 3<&0
  pid=$(state_of "$ID" pid)
  # Not dumpable: its files belong to root, whoever it is.
  expect_equal "$(stat -c %u "/proc/$pid/fd")" 0
  runtime delete --force "$ID"
  update_config '.process.user = {uid: 1000, gid: 1000}'
  runtime create --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1 3<&0
  expect_equal "$(stat -c %u "/proc/$(state_of "$ID" pid)/environ")" 0
}

@test "fds: --preserve-fds passes as many as it says" {
  set_fd_lister
  for count in 1 2 3; do
    run_with runtime run --bundle "$BUNDLE" --preserve-fds "$count" "$ID" 3</dev/zero 4</dev/full 5</dev/null 6</
    case $count in
      1) passed=' 3 /dev/zero' ;;
      2) passed=' 3 /dev/zero 4 /dev/full' ;;
      3) passed=' 3 /dev/zero 4 /dev/full 5 /dev/null' ;;
    esac
    expect_equal "$(fds_inside)" "$standard$passed"
  done
}

@test "fds: what is passed works" {
  echo from outside >"$BATS_TEST_TMPDIR/in"
  set_script 'cat <&3; echo from inside >&4'
  try runtime run --bundle "$BUNDLE" --preserve-fds 2 "$ID" 4>"$BATS_TEST_TMPDIR/out" 3<"$BATS_TEST_TMPDIR/in"
  # try closes descriptor 3, which is bats' own.
  expect_error "run $ID: --preserve-fds: descriptor 3 is not open"
  run_it() { runtime run --bundle "$BUNDLE" --preserve-fds 2 "$ID" 3<"$BATS_TEST_TMPDIR/in" 4>"$BATS_TEST_TMPDIR/out"; }
  expect_equal "$(run_it)" 'from outside'
  expect_equal "$(<"$BATS_TEST_TMPDIR/out")" 'from inside'
}

@test "fds: create hands them to the program that start begins" {
  set_script 'cat <&3'
  echo hello >"$BATS_TEST_TMPDIR/in"
  runtime create --bundle "$BUNDLE" --preserve-fds 1 "$ID" >"$OUTPUT" 3<"$BATS_TEST_TMPDIR/in"
  runtime start "$ID" 3>&-
  wait_until has_content "$OUTPUT"
  expect_equal "$(<"$OUTPUT")" hello
}

@test "fds: one that is promised and not open is an error" {
  try runtime create --bundle "$BUNDLE" --preserve-fds 2 "$ID"
  expect_error "create $ID: --preserve-fds: descriptor 3 is not open"
  status=0
  stderr=$(runtime create --bundle "$BUNDLE" --preserve-fds 3 "$ID" 2>&1 3</dev/null 4</dev/null 5<&-) || status=$?
  expect_equal "$status $stderr" "1 runtime: create $ID: --preserve-fds: descriptor 5 is not open"
  expect_nothing_left
}

# --- socket activation -----------------------------------------------------------------------

# The variables that the program got, and its descriptors.
set_activation_lister() {
  set_script '(ls -l /proc/1/fd >/tmp/fds); env | grep LISTEN | sort >/tmp/listen; exit 0'
}
listen_variables() { tr '\n' ' ' <"$BUNDLE/rootfs/tmp/listen"; }

@test "fds: LISTEN_FDS are passed, with LISTEN_PID 1 (K-57)" {
  set_activation_lister
  options=()
  run_with activated LISTEN_FDS=2 3</dev/zero 4</dev/full 5</dev/null
  expect_equal "$(fds_inside)" "$standard 3 /dev/zero 4 /dev/full"
  expect_equal "$(listen_variables)" 'LISTEN_FDS=2 LISTEN_PID=1 '
  run_with activated LISTEN_FDS=1 LISTEN_FDNAMES=web 3</dev/zero
  expect_equal "$(listen_variables)" 'LISTEN_FDNAMES=web LISTEN_FDS=1 LISTEN_PID=1 '
}

@test "fds: LISTEN_PID is what the program finds itself to be, also without a pid namespace" {
  update_config '.linux.namespaces |= map(select(.type != "pid"))'
  set_script 'echo "$LISTEN_PID $$" >/tmp/listen'
  options=()
  run_with activated LISTEN_FDS=1 3</dev/zero
  read -r told own <"$BUNDLE/rootfs/tmp/listen"
  expect_equal "$told" "$own"
}

@test "fds: --preserve-fds come after those of LISTEN_FDS" {
  set_activation_lister
  options=(--preserve-fds 1)
  run_with activated LISTEN_FDS=1 3</dev/zero 4</dev/full 5</dev/null
  expect_equal "$(fds_inside)" "$standard 3 /dev/zero 4 /dev/full"
  expect_equal "$(listen_variables)" 'LISTEN_FDS=1 LISTEN_PID=1 '
}

@test "fds: LISTEN_FDS for another process are not ours (K-57)" {
  set_activation_lister
  for pid in 1 $$ '' x -1; do
    LISTEN_FDS=1 LISTEN_PID=$pid LISTEN_FDNAMES=x run_with runtime run --bundle "$BUNDLE" "$ID" 3</dev/zero
    expect_equal "$(fds_inside) $(listen_variables)" "$standard "
  done
  options=()
  for count in 0 -1 x '' 1x; do
    run_with activated "LISTEN_FDS=$count" 3</dev/zero
    expect_equal "$(fds_inside) $(listen_variables)" "$standard "
  done
}

@test "fds: more LISTEN_FDS than are open is an error" {
  options=()
  try activated LISTEN_FDS=2
  expect_error "run $ID: LISTEN_FDS: descriptor 3 is not open"
  try activated LISTEN_FDS=2147483647
  expect_error "run $ID: LISTEN_FDS: descriptor 3 is not open"
  options=(--preserve-fds 2147483647)
  try activated LISTEN_FDS=2147483647
  expect_error "run $ID: LISTEN_FDS: descriptor 3 is not open"
  expect_nothing_left
}

# --- what a leaked descriptor could be used for ----------------------------------------------

@test "fds: a working directory behind a descriptor doesn't lead out (S-19)" {
  exec 9</ 8<"$BATS_TEST_TMPDIR"
  ln -s /proc/self/fd/9 "$BUNDLE/rootfs/tmp/link"
  for cwd in /proc/self/fd/{3..12} /proc/self/fd/9/.. /proc/1/cwd /proc/1/root/.. /proc/self/cwd/../.. /tmp/link; do
    jq --arg cwd "$cwd" '.process.cwd = $cwd | .process.args = ["cat", "/etc/passwd"]' "$BUNDLE/config.json" |
      replace_config
    status=0
    runtime run --bundle "$BUNDLE" "$ID" >"$OUTPUT" 2>"$BATS_TEST_TMPDIR/errors" 3</ || status=$?
    if [ "$status" = 0 ]; then
      # Then it is inside.
      cmp "$OUTPUT" "$BUNDLE/rootfs/etc/passwd"
    else
      expect_equal "$status $(cut -d ' ' -f 1-4 "$BATS_TEST_TMPDIR/errors")" "1 runtime: run $ID: /process/cwd" "$cwd"
    fi
  done
  expect_nothing_left
}

@test "fds: a program behind a descriptor is not the host's (S-20)" {
  exec 9</ 8<"$RUNTIME" 7</bin
  printf '#!/proc/self/exe\n' >"$BUNDLE/rootfs/bin/self"
  printf '#!/proc/self/fd/8\n' >"$BUNDLE/rootfs/bin/descriptor"
  chmod +x "$BUNDLE/rootfs/bin/self" "$BUNDLE/rootfs/bin/descriptor"
  before=$(sha256sum <"$RUNTIME")
  for program in /proc/self/fd/{3..12} /proc/self/fd/{7,9}/busybox /proc/self/fd/9/bin/busybox /bin/self /bin/descriptor; do
    jq --arg program "$program" '.process.args = [$program, "--help"]' "$BUNDLE/config.json" | replace_config
    status=0
    runtime run --bundle "$BUNDLE" "$ID" >"$OUTPUT" 2>"$BATS_TEST_TMPDIR/errors" 3</ || status=$?
    if grep -q -e BusyBox -e 'OCI container runtime' "$OUTPUT"; then fail "$program ran: $(<"$OUTPUT")"; fi
    [ "$status" != 0 ] || fail "$program ran"
  done
  expect_equal "$(sha256sum <"$RUNTIME")" "$before"
}
