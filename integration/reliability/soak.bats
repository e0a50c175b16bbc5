#!/usr/bin/env bats
# What many containers, one after the other, leave on the host: nothing (R-19 of security.md). $SOAK_ROUNDS
# is how many.
load ../helpers

rounds=${SOAK_ROUNDS:-1200}

# --- what is the test's own, to the last of them ------------------------------------------------

counts() {
  printf 'mounts %s cgroups %s files %s processes %s\n' \
    "$(wc -l </proc/self/mountinfo)" \
    "$(find /sys/fs/cgroup -name "*$ID*" 2>/dev/null | wc -l)" \
    "$(find "$ROOT" "$BUNDLE" | wc -l)" \
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

expect_flat() {
  wait_until is_flat "$before" "$keys_before" ||
    fail "after $1 times: $(counts), $(keys) keys; before: $before, $keys_before keys"
}

# --- what all of the machine has a part in ------------------------------------------------------

inodes_in() { stat --file-system --format '%c %d' "$1" | awk '{ print $1 - $2 }'; }
entries_in() { find "$@" -mindepth 1 -maxdepth 1 | wc -l; }
meminfo() { awk -v name="$1:" '$1 == name { print $2 }' /proc/meminfo; }

# NAME VALUE ALLOWED: how much more of it a hundred rounds may leave, "-" for what is noted only. A leak
# would leave a hundred, or a hundred times many pages of memory.
measures() {
  printf '%s %s %s\n' \
    open-files "$(cut -f 1 /proc/sys/fs/file-nr)" 50 \
    threads "$(cut -d / -f 2 /proc/loadavg | cut -d ' ' -f 1)" 50 \
    inodes-of-shm "$(inodes_in /dev/shm)" 50 \
    files "$(entries_in /run /tmp /var/tmp)" 50 \
    slab-KiB "$(meminfo SUnreclaim)" 800 \
    available-KiB "$(meminfo MemAvailable)" - \
    keys "$(keys)" - \
    cgroups-in-v1 "$(awk '$2 != 0 { all += $3 } END { print all + 0 }' /proc/cgroups)" -
  # Removed ones stay in the kernel for as long as something is charged to them.
  awk '/^nr_(dying_)?descendants/ { print $1, $2, "-" }' "$(cgroup2)/cgroup.stat" 2>/dev/null || true
}

cgroup2() { awk '/ - cgroup2 / { print $5; exit }' /proc/self/mountinfo; }

note() {
  measures >"$BATS_TEST_TMPDIR/measures.$1"
  echo "# $1: $(awk '{ printf "%s %s  ", $1, $2 }' "$BATS_TEST_TMPDIR/measures.$1")" >&3
}

# With as much as a thousand rounds may leave for what else goes on.
grown() {
  paste -d ' ' "$BATS_TEST_TMPDIR/measures.begin" "$BATS_TEST_TMPDIR/measures.end" |
    awk -v rounds="$rounds" '$3 != "-" && $5 - $2 > $3 * (10 + rounds / 100) { print $1, $2, $5 }'
}

# --- the tests ----------------------------------------------------------------------------------

live() {
  local round
  for ((round = 0; round < $1; ++round)); do
    "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&-
    "$RUNTIME" --root "$ROOT" start "$ID"
    "$RUNTIME" --root "$ROOT" delete --force "$ID"
  done
}

@test "R-19: create, start and delete, again and again" {
  live 10
  wait_until take_counts
  note begin
  live $((rounds / 2))
  note middle
  live $((rounds / 2))
  expect_flat "$rounds"
  note end
  expect_equal "$(grown)" '' 'more than before'
}

@test "R-19: run, with a user namespace, a joiner and an error" {
  update_config '.linux.namespaces += [{type: "user"}, {type: "time"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
    .linux.gidMappings = .linux.uidMappings | .linux.timeOffsets = {boottime: {secs: 5}}'
  runtime run --bundle "$BUNDLE" "$ID"
  wait_until take_counts
  for n in {1..100}; do runtime run --bundle "$BUNDLE" "$ID"; done
  set_program /no/such
  for n in {1..100}; do runtime run --bundle "$BUNDLE" "$ID" 2>/dev/null || true; done
  expect_flat "$n"
}
