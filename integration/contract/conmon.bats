#!/usr/bin/env bats
# The calls of conmon and those that Podman makes itself (client contract §6; K-50…K-58). Podman is in
# engines/podman.bats; K-51 is in exec.bats, K-52 in lifecycle.bats, K-53 in console_socket.bats and
# exec_terminal.bats, more of K-54 in user.bats, K-56 in process.bats, K-57 in fds.bats, K-58 in notify.bats.
load ../helpers
load ../criu

setup_file() {
  prepare_bundle
  find_criu
}

setup_conmon() {
  LOG=$BATS_TEST_TMPDIR/oci-log
  PID_FILE=$BATS_TEST_TMPDIR/pidfile
  arguments=(--log-format=json --log "$LOG" --root="$ROOT")
}

conmon() { env -i PATH="$PATH" XDG_RUNTIME_DIR=/run/user/0 "$RUNTIME" "${arguments[@]}" "$@"; }

# As Podman starts the runtime itself: with one variable.
podman() { env -i XDG_RUNTIME_DIR=/run/user/0 "$RUNTIME" "${arguments[@]}" "$@"; }

conmon_create() {
  : >"$OUTPUT"
  conmon create --bundle "$BUNDLE" --pid-file "$PID_FILE" "$@" >>"$OUTPUT" 2>&1 3>&-
}

make_document() {
  jq -n '{cwd: "/", env: ["PATH=/bin"], user: {uid: 0, gid: 0}, args: $ARGS.positional}' --args -- "$@" \
    >"$BATS_TEST_TMPDIR/process.json"
}

@test "K-50: create that fails says so in a few hundred bytes, and writes no pid file" {
  setup_conmon
  long=$(printf 'x%.0s' {1..5000})
  for program in nowhere "/$long" "$long"; do
    rm -f "$LOG"
    set_program "$program"
    try conmon create --bundle "$BUNDLE" --pid-file "$PID_FILE" "$ID"
    expect_equal "$status $stdout$(wc -l <"$BATS_TEST_TMPDIR/stderr")" '1 1'
    [ "${#stderr}" -lt 1024 ] || fail "${#stderr} bytes"
    [ ! -e "$PID_FILE" ] || fail 'there is a pid file'
    # As Podman reads it: the whole file as one value.
    expect_equal "$(jq -rs 'if length == 1 then .[0].msg else length end' "$LOG")" "${stderr#runtime: }"
  done
}

@test "K-54: a stream that is a socket is the user's as well" {
  command -v socat >/dev/null || skip 'socat is not installed'
  update_config '.process.user = {uid: 1000, gid: 1000}'
  set_script 'stat -L -c "%u %F" /proc/self/fd/1; echo through it >&1'
  printf '#!/bin/sh\nexec %q --root %q run --bundle %q %q\n' "$RUNTIME" "$ROOT" "$BUNDLE" "$ID" >"$BATS_TEST_TMPDIR/session"
  chmod +x "$BATS_TEST_TMPDIR/session"
  try socat -u "EXEC:$BATS_TEST_TMPDIR/session" STDOUT
  expect_success $'1000 socket\nthrough it'
}

@test "K-55: after create the pid leads to the cgroup, and that to the memory's events" {
  setup_conmon
  set_program sleep 1000
  conmon_create "$ID"
  pid=$(<"$PID_FILE")
  grep -q ":.*$ID" "/proc/$pid/cgroup" || fail "$(<"/proc/$pid/cgroup")"
  v1=$(sed -n 's/^[0-9]*:memory:/\/sys\/fs\/cgroup\/memory/p' "/proc/$pid/cgroup")
  v2=$(sed -n 's/^0::/\/sys\/fs\/cgroup/p' "/proc/$pid/cgroup")
  if [ -n "$v1" ]; then
    grep -q '^under_oom 0$' "$v1/memory.oom_control"
  elif [ -e "$v2/memory.events" ]; then
    grep -q '^oom_kill 0$' "$v2/memory.events"
  else
    skip 'no memory controller'
  fi
}

@test "conmon: create, exec, and what Podman does with one variable (K-08)" {
  setup_conmon
  set_program sleep 1000
  conmon_create --no-new-keyring "$ID"
  try podman start "$ID"
  expect_success ''
  make_document sh -c 'echo in exec; exec sleep 1000'
  rm "$PID_FILE"
  conmon exec --pid-file "$PID_FILE" --process "$BATS_TEST_TMPDIR/process.json" --detach --preserve-fds 0 "$ID" \
    >"$OUTPUT" 2>&1 3>&-
  wait_until has_content "$OUTPUT"
  expect_equal "$(tr '\0' ' ' <"/proc/$(<"$PID_FILE")/cmdline")" 'sleep 1000 '
  for words in pause resume; do
    try podman "$words" "$ID"
    expect_success ''
  done
  echo '{"pids":{"limit":55}}' >"$BATS_TEST_TMPDIR/limits"
  try podman update --resources="$BATS_TEST_TMPDIR/limits" "$ID"
  expect_success ''
  expect_equal "$(cat "$(find /sys/fs/cgroup -path "*$ID/pids.max" | head -n 1)")" 55
  try podman kill "$ID" 15
  expect_success ''
  try podman kill --all "$ID" 9
  expect_success ''
  wait_until has_status "$ID" stopped
  try podman kill "$ID" 9
  expect_error "kill $ID: container not running"
  for _ in 1 2; do
    try podman delete --force "$ID"
    expect_success ''
  done
  expect_equal "$(jq -r .msg "$LOG")" "kill $ID: container not running"
}

@test "conmon: exec that fails leaves no pid file, and its message in both places (K-51)" {
  setup_conmon
  set_program sleep 1000
  conmon_create "$ID"
  podman start "$ID"
  rm "$PID_FILE"
  make_document nowhere
  try conmon exec --pid-file "$PID_FILE" --process "$BATS_TEST_TMPDIR/process.json" --detach "$ID"
  expect_error "exec $ID: exec: \"nowhere\": executable file not found in \$PATH" 255
  expect_equal "$(jq -r .msg "$LOG")" "${stderr#runtime: }"
  [ ! -e "$PID_FILE" ] || fail 'there is a pid file'
}

@test "conmon: without --root state is where root's is, whatever XDG_RUNTIME_DIR says (K-08)" {
  setup_conmon
  set_program sleep 1000
  # In a /run of its own.
  # shellcheck disable=SC2016 # the inner shell's
  try unshare --mount --propagation private sh -c '
    mount -t tmpfs none /run && mkdir -p /run/user/0
    podman() { env -i XDG_RUNTIME_DIR=/run/user/0 "$@"; }
    podman "$1" create --bundle "$2" "$3" >/dev/null 2>&1
    podman "$1" start "$3"
    ls -d /run/runtime/* /run/user/0/*
    podman "$1" delete --force "$3"' sh "$RUNTIME" "$BUNDLE" "$ID"
  expect_equal "$status $stdout" "0 /run/runtime/$ID"
}

@test "conmon: checkpoint by Podman, restore by conmon" {
  setup_conmon
  needs_criu
  images=$BATS_TEST_TMPDIR/checkpoint
  # Its question whether there is the command.
  try "$RUNTIME" checkpoint --help
  expect_equal "$status $stderr" '0 '
  set_program sleep 1000
  conmon create --bundle "$BUNDLE" --pid-file "$PID_FILE" "$ID" >/dev/null 2>&1 3>&-
  podman start "$ID"
  checkpoint=(env -i PATH="$PATH" XDG_RUNTIME_DIR=/run/user/0 "$RUNTIME" "${arguments[@]}" --criu "$CRIU"
    checkpoint --work-path "$BUNDLE" --tcp-established --file-locks)
  parent=()
  if "$CRIU" check --feature mem_dirty_track >/dev/null 2>&1; then
    try "${checkpoint[@]}" --image-path "$BATS_TEST_TMPDIR/pre-checkpoint" --pre-dump "$ID"
    expect_success ''
    parent=(--parent-path ../pre-checkpoint)
  fi
  try "${checkpoint[@]}" --image-path "$images" "${parent[@]}" --leave-running --leave-running "$ID"
  expect_success ''
  expect_equal "$(state_of "$ID" status)" running
  podman delete --force "$ID"
  status=0
  conmon --criu "$CRIU" restore --bundle "$BUNDLE" --pid-file "$PID_FILE" --detach --image-path "$images" \
    --work-path "$BUNDLE" --tcp-established --tcp-close --file-locks "$ID" >/dev/null 2>"$OUTPUT" 3>&- || status=$?
  expect_equal "$status $(<"$OUTPUT")" '0 '
  expect_equal "$(state_of "$ID" status pid)" "running $(<"$PID_FILE")"
  podman delete --force "$ID"
}
