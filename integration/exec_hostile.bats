#!/usr/bin/env bats
# exec into a container that lays hold of whatever appears in it, before that has become the program
# (S-22; docs/decisions/exec.md, "Two clones and not one").
load helpers

EXECS=${EXECS:-1000}

# pry_at_execs: a container whose init attacks, and what it got hold of in that many execs.
pry_at_execs() {
  needs_tool PRY
  local count seen
  pried=$BATS_TEST_TMPDIR/pried
  cp "$PRY" "$BUNDLE/rootfs/bin/pry"
  set_program /bin/pry /bin/busybox
  runtime run --detach --bundle "$BUNDLE" "$ID" >"$pried" 2>&1 3>&-
  wait_until grep -qx ready "$pried"
  for ((count = 0; count < EXECS; ++count)); do
    runtime exec "$ID" true 3>&- || fail "exec $count"
  done
  runtime kill "$ID" TERM
  wait_until grep -q '^processes' "$pried"
  seen=$(sed -n 's/^processes //p' "$pried")
  # Not all: it may be kept from looking just then.
  [ "$seen" -ge $((EXECS / 5)) ] || fail "only $seen processes were seen"
  pried=$(grep -vx 'ready\|processes .*' "$pried" | sed 's/:\[[0-9]*\]//' | sort | uniq -c)
}

may_trace() { update_config '.process.capabilities |= map_values(. + ["CAP_SYS_PTRACE"])'; }

@test "exec: with a user namespace nothing can be laid hold of before it is the program" {
  map_ids 0 100000 65536
  may_trace
  pry_at_execs
  expect_equal "$pried" ''
}

# Where it comes in past the limit (docs/decisions/exec.md), it is there before it is in the cgroup.
@test "exec: into a full container neither, and where it may not trace" {
  update_config '.linux.resources.pids.limit = 1'
  EXECS=$((EXECS / 10)) pry_at_execs
  expect_equal "$pried" ''
  runtime delete "$ID"
  map_ids 0 100000 65536
  may_trace
  EXECS=$((EXECS / 10)) pry_at_execs
  expect_equal "$pried" ''
}

@test "exec: without, only what is the container's own" {
  may_trace
  pry_at_execs
  # Who may trace gets hold of it. What there is to get: the container's root, a copy of the runtime that
  # can't be written to, the program's streams and the socket on which the runtime waits.
  expect_equal "$(grep -vxE ' *[0-9]+ (root /|cwd /|exe /memfd:runtime \(deleted\)|mem|process_vm_readv|ptrace|pidfd_getfd|fd [012] .*|fd [0-9]+ socket)' <<<"$pried")" ''
  grep -q 'root /' <<<"$pried" || fail "it got hold of nothing: $pried"
}
