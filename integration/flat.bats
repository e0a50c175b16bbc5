#!/usr/bin/env bats
# What many containers, one after the other, leave on the host: nothing (R-17 of security.md).
load helpers

# What must not grow.
counts() {
  printf 'mounts %s cgroups %s state %s processes %s\n' \
    "$(wc -l </proc/self/mountinfo)" \
    "$(find /sys/fs/cgroup -name "*$ID*" 2>/dev/null | wc -l)" \
    "$(find "$ROOT" -mindepth 1 2>/dev/null | wc -l)" \
    "$(runtime_processes | wc -l)"
}

# How many keys root has. Somebody else's may go meanwhile.
keys() { awk '$1 == "0:" { print $2 }' /proc/key-users; }

# A key that nobody holds goes with the next round of the kernel's collection.
is_flat() { [ "$(counts)" = "$1" ] && (($(keys) <= $2)); }

take_counts() {
  before=$(counts) keys_before=$(keys)
  sleep 0.2
  is_flat "$before" "$keys_before"
}

@test "flat: 500 times create and delete" {
  runtime create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-
  runtime delete "$ID"
  wait_until take_counts
  for n in {1..500}; do
    "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-
    "$RUNTIME" --root "$ROOT" delete "$ID"
  done
  wait_until is_flat "$before" "$keys_before" ||
    fail "after $n times: $(counts), $(keys) keys; before: $before, $keys_before keys"
}

@test "flat: 100 times run, with a user namespace, a joiner and an error" {
  update_config '.linux.namespaces += [{type: "user"}, {type: "time"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
    .linux.gidMappings = .linux.uidMappings | .linux.timeOffsets = {boottime: {secs: 5}}'
  runtime run --bundle "$BUNDLE" "$ID"
  wait_until take_counts
  for n in {1..100}; do runtime run --bundle "$BUNDLE" "$ID"; done
  set_program /no/such
  for n in {1..100}; do runtime run --bundle "$BUNDLE" "$ID" 2>/dev/null || true; done
  wait_until is_flat "$before" "$keys_before" ||
    fail "after $n times: $(counts), $(keys) keys; before: $before, $keys_before keys"
}
