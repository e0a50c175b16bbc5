#!/usr/bin/env bats
# linux.namespaces "time" and timeOffsets (A-110, A-114; time_namespaces(7)).
load helpers

offsets() {
  update_config --argjson offsets "$1" '.linux.namespaces += [{type: "time"}] | .linux.timeOffsets = $offsets'
}

@test "time namespace: new, its clocks the host's" {
  update_config '.linux.namespaces += [{type: "time"}]'
  create "$ID"
  [ "$(readlink "/proc/$(state_of "$ID" pid)/ns/time")" != "$(readlink /proc/self/ns/time)" ]
  expect_inside_uptime_near_host
}

# The seconds inside differ by less than a minute.
expect_inside_uptime_near_host() {
  runtime delete --force "$ID"
  set_script 'cut -d . -f 1 /proc/uptime'
  try runtime run --bundle "$BUNDLE" "$ID"
  host=$(cut -d . -f 1 /proc/uptime)
  ((stdout <= host && stdout > host - 60)) || fail "$stdout inside, $host outside"
}

@test "timeOffsets: both clocks, by seconds and nanoseconds" {
  offsets '{"monotonic": {"secs": 86400, "nanosecs": 7}, "boottime": {"secs": 1000000}}'
  set_script 'tr -s " \t" " " </proc/self/timens_offsets; cut -d . -f 1 /proc/uptime'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$status ${stdout%$'\n'*}" $'0 monotonic 86400 7\nboottime 1000000 0'
  host=$(cut -d . -f 1 /proc/uptime)
  inside=${stdout##*$'\n'}
  ((inside - 1000000 <= host && inside - 1000000 > host - 60)) || fail "$inside inside, $host outside"
}

@test "timeOffsets: the hooks of the host and the host itself keep their clocks" {
  offsets '{"boottime": {"secs": 1000000}}'
  before=$(readlink /proc/self/ns/time)
  printf '#!/bin/sh\nreadlink /proc/self/ns/time >%s\n' "$BATS_TEST_TMPDIR/seen" >"$BUNDLE/hook"
  chmod 755 "$BUNDLE/hook"
  update_config --arg hook "$BUNDLE/hook" '.hooks.createRuntime = [{path: $hook, env: ["PATH=/usr/bin:/bin"]}]'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_success ''
  expect_equal "$(<"$BATS_TEST_TMPDIR/seen")" "$before"
}

@test "timeOffsets: with a user namespace" {
  offsets '{"boottime": {"secs": 1000000}}'
  update_config '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] |
    .linux.gidMappings = .linux.uidMappings'
  expect_inside 'grep boottime /proc/self/timens_offsets | tr -s " " " "; id -u' $'boottime 1000000 0\n0'
}

@test "timeOffsets: what the kernel refuses" {
  offsets '{"boottime": {"secs": -1000000000}}'
  expect_refusal "/linux/timeOffsets: a clock would be below 0 or above the kernel's range"
}
