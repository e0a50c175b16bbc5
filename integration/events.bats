#!/usr/bin/env bats
# events: what a container uses, in the words of runc (client contract §10), and out-of-memory
# notifications.
load helpers
load layouts

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  if [ -n "${background-}" ]; then kill "$background" 2>/dev/null || true; fi
  delete_containers
  expect_nothing_left
}

run_container() {
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
}

# The only line, whose members are all as they should be, is $stdout.
take_statistics() {
  try runtime events --stats "$ID"
  expect_equal "$status $stderr $(wc -l <"$BATS_TEST_TMPDIR/stdout")" '0  1'
  expect_equal "$(jq -r -f "$BATS_TEST_DIRNAME/events-members.jq" <<<"$stdout")" '' 'members'
  expect_equal "$(jq -c '[.type, .id]' <<<"$stdout")" "[\"stats\",\"$ID\"]"
}

member() { jq -c "$1" <<<"$stdout"; }

# Where the v1 controller has the container's cgroup; the test is skipped without.
v1_folder() {
  local mounted
  mounted=$(awk -v name="$1" '/ - cgroup / && $NF ~ "(^|,)" name "(,|$)" { print $5; exit }' /proc/self/mountinfo)
  [ -n "$mounted" ] || skip "no v1 hierarchy of $1"
  echo "$mounted/runtime-$ID"
}

expect_near() {
  (($2 >= $1 - $3 && $2 <= $1 + $3)) || fail "$4: got $2, and not $1 (give or take $3)"
}

expect_v1_values() {
  cpuacct=$(v1_folder cpuacct) memory=$(v1_folder memory) pids=$(v1_folder pids) cpuset=$(v1_folder cpuset)
  echo 67108864 >"$memory/memory.limit_in_bytes"
  echo 77 >"$pids/pids.max"
  take_statistics
  expect_equal "$(member .data.pids)" '{"current":1,"limit":77}'
  expect_near "$(<"$memory/memory.usage_in_bytes")" "$(member .data.memory.usage.usage)" 1048576 memory
  expect_equal "$(member .data.memory.usage.limit)" 67108864
  expect_equal "$(member '.data.memory.raw | keys')" "$(awk '{ print $1 }' "$memory/memory.stat" | jq -Rnc '[inputs] | sort')"
  expect_near "$(<"$cpuacct/cpuacct.usage")" "$(member .data.cpu.usage.total)" 50000000 'CPU time'
  expect_equal "$(member '.data.cpu.usage.percpu | length')" "$(wc -w <"$cpuacct/cpuacct.usage_percpu")"
  expect_equal "$(member '.data.cpu.usage.percpu_user | length')" "$(wc -w <"$cpuacct/cpuacct.usage_percpu")"
  expect_equal "$(member '.data.cpuset | .sched_load_balance, .sched_relax_domain_level' | tr '\n' ' ')" \
    "$(cat "$cpuset"/cpuset.sched_{load_balance,relax_domain_level} | tr '\n' ' ')"
  expect_equal "$(member '.data.cpuset.cpus | length')" "$(nproc --all)"
}

@test "events --stats: the v1 controllers of a hybrid host" {
  setup_layout hybrid
  run_container
  expect_v1_values
}

@test "events --stats: v1" {
  setup_layout v1
  run_container
  expect_v1_values
}

@test "events --stats: 64 bits, unlimited as the kernel says it" {
  run_container
  take_statistics
  # The largest number of pages that v1 knows, in bytes; or v2's "max".
  expect_equal "$(grep -oE '"limit":(9223372036854771712|18446744073709551615)' <<<"$stdout" | head -n 1 | wc -l)" 1
  expect_equal "$(member .data.pids)" '{"current":1}'
}

@test "events --stats: v2" {
  setup_layout v2
  set_script 'sleep 1000 & wait'
  create "$ID"
  runtime start "$ID"
  folder=$first/runtime-$ID
  wait_until has_processes 2
  take_statistics
  expect_equal "$(member .data.pids.current)" 2
  usage=$(sed -n 's/^usage_usec //p' "$folder/cpu.stat")
  expect_near "$((usage * 1000))" "$(member .data.cpu.usage.total)" 50000000 'CPU time'
  expect_equal "$(member '[.data.cpu, .data.memory, .data.blkio | has("psi")]')" \
    "$([ -e "$folder/cpu.pressure" ] && echo '[true,true,true]' || echo '[false,false,false]')"
}

@test "events --stats: pressure comes from cgroup2, on a hybrid host as well" {
  setup_layout hybrid
  run_container
  folder=$unified/runtime-$ID
  [ -e "$folder/cpu.pressure" ] || skip 'no pressure files'
  take_statistics
  total=$(sed -n 's/^some.*total=//p' "$folder/cpu.pressure")
  expect_near "$total" "$(member .data.cpu.psi.some.total)" 100000 'stalled time'
}

@test "events --stats: huge pages, from cgroup2 of a hybrid host" {
  setup_layout hybrid
  run_container
  folder=$unified/runtime-$ID
  sizes=$(find "$folder" -name 'hugetlb.*.current' ! -name '*.rsvd.*' | sed 's,.*/hugetlb\.,,; s,\.current,,' | sort | jq -Rnc '[inputs]')
  take_statistics
  expect_equal "$(member '.data.hugetlb | keys')" "$sizes"
}

@test "events --stats: a created and a paused container" {
  create "$ID"
  take_statistics
  runtime pause "$ID"
  take_statistics
}

@test "events: again and again, until the container ends" {
  run_container
  for option in '--interval 100ms' '--interval=100ms'; do
    # shellcheck disable=SC2086 # two words
    runtime_in_background events $option "$ID"
    has_three() { [ "$(wc -l <"$BATS_TEST_TMPDIR/stdout")" -ge 3 ]; }
    wait_until has_three
    kill "$background"
    wait "$background" || true
  done
  runtime_in_background events --interval 100ms "$ID"
  wait_until has_content "$BATS_TEST_TMPDIR/stdout"
  runtime kill "$ID" KILL
  finish_background
  expect_equal "$status $stderr $(jq -r .type <<<"$stdout" | sort -u)" '0  stats'
}

@test "events: ends although the container is deleted at once" {
  run_container
  runtime_in_background events --interval 1h "$ID"
  has_timer() { find "/proc/$background/fd" -lname '*timerfd*' 2>/dev/null | grep -q .; }
  wait_until has_timer
  runtime delete --force "$ID"
  finish_background
  expect_success ''
}

@test "events: waits without using the CPU" {
  run_container
  runtime_in_background events --interval 1h "$ID"
  sleep 1
  ticks=$(awk '{ print $14 + $15 }' "/proc/$background/stat")
  sleep 1
  expect_equal "$(awk '{ print $14 + $15 }' "/proc/$background/stat")" "$ticks" 'ticks'
}

# Grows until it is killed, once told to; init goes on, or is the one.
run_hog() {
  set_script "while [ ! -e /tmp/go ]; do sleep 0.05; done; $1 tail /dev/zero; sleep 1000"
  update_config '.linux.resources = {memory: {limit: 33554432, swap: 33554432}}'
  create "$ID"
  runtime start "$ID"
  runtime_in_background events --interval "$2" "$ID"
}

expect_oom() {
  setup_layout "$1"
  run_hog '' 100ms
  # It watches from the first statistics on.
  wait_until has_content "$BATS_TEST_TMPDIR/stdout"
  ! grep -q oom "$BATS_TEST_TMPDIR/stdout" || fail 'none yet'
  touch "$BUNDLE/rootfs/tmp/go"
  wait_until grep -qxF "{\"type\":\"oom\",\"id\":\"$ID\"}" "$BATS_TEST_TMPDIR/stdout"
  expect_equal "$(state_of "$ID" status)" running
  runtime kill "$ID" KILL
  finish_background
  expect_equal "$status $stderr $(jq -r .type <<<"$stdout" | sort -u | tr '\n' ' ')" '0  oom stats '
}

@test "events: tells when the memory was not enough (hybrid)" { expect_oom hybrid; }
@test "events: tells when the memory was not enough (v1)" { expect_oom v1; }
@test "events: tells when the memory was not enough (v2)" {
  grep -qw memory "$(awk '/ - cgroup2 / { print $5; exit }' /proc/self/mountinfo)/cgroup.controllers" ||
    skip 'cgroup2 has no memory controller here'
  expect_oom v2
}

@test "events: tells when the memory was not enough for init" {
  run_hog exec 100ms
  wait_until has_content "$BATS_TEST_TMPDIR/stdout"
  touch "$BUNDLE/rootfs/tmp/go"
  finish_background
  expect_equal "$status $stderr" '0 '
  grep -qxF "{\"type\":\"oom\",\"id\":\"$ID\"}" "$BATS_TEST_TMPDIR/stdout" || fail "$stdout"
}

@test "events: what has no statistics" {
  try runtime events "$ID"
  expect_error "events $ID: container \"$ID\" does not exist"
  create "$ID"
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  for option in '' --stats; do
    # shellcheck disable=SC2086 # one word or none
    try runtime events $option "$ID"
    expect_error "events $ID: container not running"
  done
  runtime delete "$ID"
  set_program sleep 1000
  update_config 'del(.mounts[] | select(.type == "cgroup"))'
  runtime --cgroup-manager disabled create --bundle "$BUNDLE" "$ID"
  try runtime events --stats "$ID"
  expect_error "events $ID: container has no cgroup of its own: nothing is counted for it"
}

@test "events: wrong use" {
  try runtime events
  expect_error "events: exactly one argument, the container's ID, is expected; given: 0 (see runtime --help)"
  try runtime events --interval 5 "$ID"
  expect_error 'events: option --interval: "5": a duration is expected, such as 5s, 500ms or 1m30s'
  try runtime events --interval 0s "$ID"
  expect_error 'events: option --interval: "0s": duration interval must be greater than 0'
}
