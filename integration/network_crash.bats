#!/usr/bin/env bats
# A command killed at any system call, with interfaces of the container's own: after `delete --force`
# no link, bridge, address or namespace is left. A sample by default; every call with FAULT_STRIDE=1.
load helpers
load network


# The host's end of a pair goes with the namespace of the other: none is left of either.
expect_host_as_before() {
  expect_no_links "$1"
  expect_equal "$(on_host find /run/runtime-network -mindepth 1)" '' 'leases'
}

# sweep LINKS PREPARE COMMAND…: kills `runtime COMMAND… $ID` at every so manieth call, each time after
# PREPARE, and cleans up as a user would. A random beginning, so that many runs cover every call.
sweep() {
  local links=$1 prepare=$2 stride=${FAULT_STRIDE:-9} points=0 at report=$BATS_TEST_TMPDIR/report
  shift 2
  for ((at = 1 + RANDOM % stride; ; at += stride)); do
    "$prepare"
    on_host "$FAULT_AT" "$report" "$at" kill "$RUNTIME" --root "$ROOT" "$@" "$ID" >/dev/null 2>&1 3>&- || true
    try on_host timeout 30 "$RUNTIME" --root "$ROOT" delete --force "$ID"
    expect_success '' && expect_nothing_left && expect_host_as_before "$links" || fail "after $1 was killed at call $at"
    grep -q ^hit "$report" || break
    points=$((points + 1))
  done
  echo "# killed at $points calls of $1" >&3
  [ "$points" -gt 2 ]
}

nothing() { :; }
created() { create "$ID"; }

@test "create with a bridge of its own, an address of a pool and a gateway, killed anywhere" {
  needs_tool FAULT_AT
  give_only eth0 bridge=rt0,create,address=auto:10.1.0.0/24,gateway=10.1.0.1,isolated,locked
  sweep '' nothing create --bundle "$BUNDLE"
}

@test "create with two interfaces on the host's bridge killed anywhere" {
  needs_tool FAULT_AT
  add_bridge br0 10.1.0.1/24
  give_only eth0 bridge=br0,peer=out,address=10.1.0.2/24,gateway=10.1.0.1
  give eth1 bridge=br0,address=auto:fd01::/64
  sweep br0 nothing create --bundle "$BUNDLE"
}

@test "delete killed anywhere is finished by the next" {
  needs_tool FAULT_AT
  give_only eth0 bridge=rt0,create,address=auto:10.1.0.0/24,gateway=10.1.0.1
  sweep '' created delete --force
}
