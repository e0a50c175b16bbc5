#!/usr/bin/env bats
# `update` (B-19 of the feature inventory; the calls of client-contract.md): other limits for a
# container that exists, all of them or none.
load helpers
load layouts
load controllers

# A container with a limit of each kind, and where they are.
start_limited() {
  for controller in memory cpu pids; do
    find_controller "$controller"
    [ -n "$version" ] || skip "no $controller controller"
    declare -g "$controller=$folder/runtime-$ID"
  done
  update_config '.linux.resources = {memory: {limit: 67108864, swap: 134217728},
    cpu: {shares: 512, quota: 50000, period: 100000, burst: 10000}, pids: {limit: 20}}'
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
}

# Every limit that the container has, one a line.
limits() {
  (cd "$memory" && grep -H . memory.limit_in_bytes memory.memsw.limit_in_bytes memory.soft_limit_in_bytes memory.max \
    memory.swap.max memory.low 2>/dev/null || true)
  (cd "$cpu" && grep -H . cpu.shares cpu.cfs_quota_us cpu.cfs_period_us cpu.cfs_burst_us cpu.idle cpu.weight cpu.max \
    cpu.max.burst 2>/dev/null || true)
  (cd "$pids" && grep -H . pids.max)
}

# expect_change 'OPTIONS' 'V1 LINES' 'V2 LINES': these lines of `limits` are new, all others stay.
expect_change() {
  local before wanted=$2
  [ "$version" = 1 ] || wanted=$3
  before=$(limits)
  # shellcheck disable=SC2086 # words
  try runtime update $1 "$ID"
  expect_success ''
  expect_equal "$(comm -13 <(sort <<<"$before") <(limits | sort) | tr '\n' ' ')" "${wanted:+$wanted }" "$1"
}

@test "update: each option changes its limit and nothing else" {
  start_limited
  while IFS='|' read -r given v1_lines v2_lines; do
    expect_change "$given" "$v1_lines" "$v2_lines"
  done <<'END'
--pids-limit 7|pids.max:7|pids.max:7
--pids-limit -1|pids.max:max|pids.max:max
--pids-limit 0||
--memory 32m|memory.limit_in_bytes:33554432|memory.max:33554432
--memory-reservation 16MiB|memory.soft_limit_in_bytes:16777216|memory.low:16777216
--memory-swap 50331648|memory.memsw.limit_in_bytes:50331648|memory.swap.max:16777216
--memory-swap -1|memory.memsw.limit_in_bytes:9223372036854771712|memory.swap.max:max
--cpu-share 1024|cpu.shares:1024|cpu.weight:100
--cpu-quota 40000|cpu.cfs_quota_us:40000|cpu.max:40000 100000
--cpu-period 50000|cpu.cfs_period_us:50000|cpu.max:40000 50000
--cpu-burst 2000|cpu.cfs_burst_us:2000|cpu.max.burst:2000
--cpu-quota -1|cpu.cfs_quota_us:-1|cpu.max:max 50000
--pids-limit=9 --cpu-share=2|cpu.shares:2 pids.max:9|cpu.weight:1 pids.max:9
||
END
}

@test "update: limits that have to fit each other, up and down, in one go" {
  start_limited
  # v2 has swap by itself: the difference.
  expect_change '--memory 1g --memory-swap 1536m' \
    'memory.limit_in_bytes:1073741824 memory.memsw.limit_in_bytes:1610612736' 'memory.max:1073741824 memory.swap.max:536870912'
  expect_change '--memory 32m --memory-swap 64m' \
    'memory.limit_in_bytes:33554432 memory.memsw.limit_in_bytes:67108864' 'memory.max:33554432 memory.swap.max:33554432'
  expect_change '--cpu-quota 90000 --cpu-burst 80000' \
    'cpu.cfs_burst_us:80000 cpu.cfs_quota_us:90000' 'cpu.max.burst:80000 cpu.max:90000 100000'
  expect_change '--cpu-quota 20000 --cpu-burst 10000' \
    'cpu.cfs_burst_us:10000 cpu.cfs_quota_us:20000' 'cpu.max.burst:10000 cpu.max:20000 100000'
}

@test "update: a document, from a file and from the standard input" {
  start_limited
  echo '{"pids": {"limit": 5}, "devices": [{"allow": false, "access": "rwm"}], "unknown": 1}' >"$BATS_TEST_TMPDIR/limits"
  expect_change "--resources $BATS_TEST_TMPDIR/limits" pids.max:5 pids.max:5
  echo '{"cpu": {"shares": 2}}' >"$BATS_TEST_TMPDIR/limits"
  exec <"$BATS_TEST_TMPDIR/limits"
  expect_change '-r -' cpu.shares:2 cpu.weight:1
  exec <<<'{}'
  expect_change '--resources=-' '' ''
  # A whole config, for example.
  try runtime update --resources "$BUNDLE/config.json" "$ID"
  expect_error "update $ID: $BUNDLE/config.json: no limit is in it; an object like a config's linux.resources is expected"
  exec <<<'{"unknown": 1}'
  try runtime update -r - "$ID"
  expect_error "update $ID: standard input: no limit is in it; an object like a config's linux.resources is expected"
}

@test "update: all or, if one can't be, nothing" {
  start_limited
  before=$(limits)
  for given in '--cpuset-cpus 4096' '--cpu-burst 70000' '--cpuset-mems 99'; do
    # shellcheck disable=SC2086 # words
    try runtime update --pids-limit 6 --memory 32m --memory-swap 40m --cpu-share 99 --cpu-quota 60000 $given "$ID"
    [ "$status" = 1 ] || fail "$given: status $status"
    expect_equal "$(limits)" "$before" "$given"
  done
  echo '{"pids":{"limit":3},"memory":{"swap":1000}}' >"$BATS_TEST_TMPDIR/limits"
  try runtime update -r "$BATS_TEST_TMPDIR/limits" "$ID"
  expect_error "update $ID: $BATS_TEST_TMPDIR/limits: /memory/swap: 1000 is below the memory limit 67108864"
  expect_equal "$(limits)" "$before"
}

@test "update: checkBeforeUpdate refuses what is below the use (A-142)" {
  start_limited
  echo '{"memory":{"limit":4096,"checkBeforeUpdate":true}}' >"$BATS_TEST_TMPDIR/limits"
  before=$(limits)
  try runtime update -r "$BATS_TEST_TMPDIR/limits" "$ID"
  # v1 may reclaim that much, and then it fits.
  if [ "$version" = 2 ]; then
    [[ $stderr == *"/memory/limit: 4096 is below the "*' bytes in use' ]] || fail "$stderr"
    expect_equal "$(limits)" "$before"
    has_status "$ID" running
  fi
}

@test "update: in every status in which there is a process, and no other" {
  start_limited
  runtime delete --force "$ID"
  create "$ID"
  expect_change '--pids-limit 3' pids.max:3 pids.max:3
  runtime start "$ID"
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
  try runtime update --pids-limit 4 "$ID"
  expect_error "update $ID: container not running"
  try runtime update --pids-limit 4 nosuch
  expect_error 'update nosuch: container "nosuch" does not exist'
}

@test "update: words that are no limits" {
  set_program sleep 1000
  create "$ID"
  while IFS='|' read -r given text; do
    # shellcheck disable=SC2086 # words
    try runtime update $given "$ID"
    expect_error "$text"
  done <<END
--memory much|update: option --memory: "much": a size like 64m, or -1, is expected
--pids-limit 1.5|update: option --pids-limit: "1.5": a number is expected
--cpu-period 1|update $ID: options: /cpu/period: 1 is out of range (1000 to 1000000)
--blkio-weight 5|update $ID: options: /blockIO/weight: 5 is out of range (10 to 1000)
--resources=|update: option --resources: "": a file is expected
--resources /dev/null|update $ID: /dev/null: empty file
--resources /nosuch|update $ID: --resources: open /nosuch: not found (ENOENT)
--resources - --pids-limit 3|update $ID: --resources can't be combined with other limits (see runtime --help)
--l3-cache-schema L3:0=f|update $ID: the container has no resctrl group (/linux/intelRdt)
END
}

@test "update: without a cgroup there is nothing to limit" {
  set_program sleep 1000
  update_config 'del(.linux.resources)'
  try runtime --cgroup-manager disabled create --bundle "$BUNDLE" "$ID"
  expect_success ''
  try runtime update --pids-limit 3 "$ID"
  expect_error "update $ID: the container has no cgroup of its own"
}

@test "update: several at once end as one of them" {
  start_limited
  race 6 bash -c "\"$RUNTIME\" --root \"$ROOT\" update --memory \$((40 + RANDOM % 3))m --memory-swap 64m --pids-limit 30 $ID"
  expect_equal "$statuses $stderr" '0 0 0 0 0 0  '
  expect_equal "$(<"$pids/pids.max")" 30
}

@test "update: an allowed device is never refused meanwhile" {
  start_limited
  runtime delete --force "$ID"
  update_config '.linux.resources.devices = [{allow: false, access: "rwm"},
    {allow: true, type: "c", major: 1, minor: 9, access: "r"}]'
  set_script 'for device in null zero urandom; do
    while :; do : <>/dev/$device || echo refused; done &
  done; wait'
  create "$ID"
  runtime start "$ID"
  for ((i = 0; i < ${UPDATES:-1000}; ++i)); do
    runtime update --pids-limit $((20 + i % 9)) --memory $((64 + i % 3))m --memory-swap 1g "$ID"
  done
  has_status "$ID" running
  expect_equal "$(<"$OUTPUT")" '' 'refusals'
}

@test "update: what can't be had of resctrl leaves the limits as they were" {
  start_limited
  before=$(<"$pids/pids.max")
  try runtime update --pids-limit 33 --l3-cache-schema 'L3:0=f' "$ID"
  expect_error "update $ID: the container has no resctrl group (/linux/intelRdt)"
  expect_equal "$(<"$pids/pids.max")" "$before"
}
