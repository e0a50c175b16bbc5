#!/usr/bin/env bats
# What Docker's daemon, BuildKit and Buildah ask for beyond the shim's calls (client contract §8). They
# are themselves in engines/docker.bats and engines/buildah.bats; a wrapper with runtimeArgs is in
# universal.bats, no pivot in no_pivot.bats, unknown system calls of its profile in seccomp.bats.
load ../helpers

make_document() {
  jq -n '{cwd: "/", env: ["PATH=/bin"], user: {uid: 0, gid: 0}, args: $ARGS.positional}' --args -- "$@" \
    >"$BATS_TEST_TMPDIR/process.json"
}

@test "docker: name, version and commit as the daemon reads them" {
  try "$RUNTIME" --version
  expect_equal "$status $stderr" '0 '
  # What stands before and after the last such word, and after that one beginning.
  expect_equal "$(sed -n 's/ version .*//p' <<<"$stdout")" runtime
  expect_equal "$(sed -n 's/.*version *//p' <<<"$stdout")" "$("$RUNTIME" features | jq -r '.annotations["dev.runtime.version"]')"
  expect_equal "$(sed -n 's/^commit: *//p' <<<"$stdout")" "$("$RUNTIME" features | jq -r '.annotations["dev.runtime.commit"] // ""')"
}

@test "docker: the network namespace after create is the one after start" {
  set_program sleep 1000
  create --pid-file "$BATS_TEST_TMPDIR/pid" "$ID"
  pid=$(<"$BATS_TEST_TMPDIR/pid")
  before=$(readlink "/proc/$pid/ns/net")
  [ "$before" != "$(readlink /proc/self/ns/net)" ]
  # The daemon keeps it, and puts interfaces into it.
  nsenter --net="/proc/$pid/ns/net" ip link set lo down
  runtime start "$ID"
  expect_equal "$(readlink "/proc/$pid/ns/net")" "$before"
  try runtime exec "$ID" readlink /proc/self/ns/net
  expect_success "$before"
  try runtime exec "$ID" cat /sys/class/net/lo/operstate
  expect_success down
}

@test "docker: a prestart hook finds pid and config.json by the state it is given" {
  set_program sleep 1000
  # shellcheck disable=SC2016 # the hook's
  update_config --arg out "$OUTPUT.hook" --arg path "$PATH" '.annotations.gpu = "all" | .hooks.prestart = [{path: "/bin/sh",
    env: ["PATH=" + $path], args: ["hook", "-c", "state=$(cat)
      bundle=$(echo \"$state\" | jq -r .bundle) pid=$(echo \"$state\" | jq -r .pid)
      jq -r .annotations.gpu \"$bundle/config.json\" >" + $out + "
      readlink /proc/$pid/ns/mnt >>" + $out]}]'
  create "$ID"
  expect_equal "$(<"$OUTPUT.hook")" "all
$(readlink "/proc/$(state_of "$ID" pid)/ns/mnt")"
}

@test "buildkit: run in the foreground, seen and killed by others, kept until delete" {
  LOG=$BATS_TEST_TMPDIR/log
  buildkit() { env -i PATH="$PATH" "$RUNTIME" --root "$ROOT" --log "$LOG" --log-format json "$@"; }
  set_script 'trap "echo TERM; exit 6" TERM; echo ready; sleep 1000 & while :; do wait; done'
  (exec env -i PATH="$PATH" "$RUNTIME" --root "$ROOT" --log "$LOG" --log-format json \
    run --bundle "$BUNDLE" --keep "$ID" >"$OUTPUT" 2>&1 3>&-) &
  background=$!
  wait_until grep -q ready "$OUTPUT"
  try buildkit state "$ID"
  expect_equal "$(jq -r .status <<<"$stdout")" running
  make_document sh -c 'cat; exit 4'
  try buildkit exec --process "$BATS_TEST_TMPDIR/process.json" --pid-file "$BATS_TEST_TMPDIR/pid" "$ID" <<<input
  expect_outcome 4 input ''
  has_content "$BATS_TEST_TMPDIR/pid"
  kill -TERM "$background"
  status=0
  wait "$background" || status=$?
  expect_equal "$status $(<"$OUTPUT")" $'6 ready\nTERM'
  # Its statistics are read from there.
  [ -n "$(find /sys/fs/cgroup -type d -path "*$ID")" ] || fail 'the cgroup is gone'
  try buildkit kill "$ID" 9
  expect_error "kill $ID: container not running"
  try buildkit delete "$ID"
  expect_success ''
  # And one that is killed.
  set_program sleep 1000
  (exec "$RUNTIME" --root "$ROOT" run --bundle "$BUNDLE" --keep "$ID" >"$OUTPUT" 2>&1 3>&-) &
  background=$!
  wait_until has_status "$ID" running
  try buildkit kill "$ID" 9
  expect_success ''
  status=0
  wait "$background" || status=$?
  expect_equal "$status" 137
}

@test "buildah: create, start, state until it has stopped, and the end by wait4 (K-06)" {
  needs_tool SUBREAPER
  set_script 'exit 3'
  # shellcheck disable=SC2016 # the inner shell's
  try "$SUBREAPER" /bin/sh -c '
    "$1" --root "$2" create --bundle "$3" --pid-file "$3/pid" --no-new-keyring "$4" >/dev/null &&
    "$1" --root "$2" start "$4"' sh "$RUNTIME" "$ROOT" "$BUNDLE" "$ID"
  expect_success $'ended 0\norphan 3'
  # Of one that has stopped it is no error.
  expect_equal "$(state_of "$ID" status)" stopped
  try runtime kill "$ID"
  expect_error "kill $ID: container not running"
  try runtime delete "$ID"
  expect_success ''
}
