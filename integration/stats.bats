#!/usr/bin/env bats
# stats: a table of what containers use.
load helpers
load layouts

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  if [ -n "${background-}" ]; then kill "$background" 2>/dev/null || true; fi
  delete_containers
  expect_nothing_left
}

heading='ID CPU % MEM USAGE / LIMIT MEM % PIDS IO READ / WRITE PSI CPU / MEM / IO'

squeezed() { tr -s ' ' <<<"$stdout" | sed 's/ $//'; }

run_busy() {
  set_script 'while true; do true; done'
  create "$1"
  runtime start "$1"
}

expect_table() {
  setup_layout "$1"
  run_busy "$ID"
  try runtime stats --no-stream
  expect_equal "$status $stderr $(squeezed | head -n 1)" "0  $heading"
  row=$(squeezed | tail -n +2)
  size='[0-9.]+([KMGTPE]i)?B' share='[0-9]+\.[0-9]{2}'
  pattern="^$ID $share% $size / $size $share% 1 $size / $size ($share|-) / ($share|-) / ($share|-)\$"
  [[ $row =~ $pattern ]] || fail "$row"
  [[ $row != "$ID 0.00% "* ]] || fail "no CPU time: $row"
}

@test "stats: a table (hybrid)" { expect_table hybrid; }
@test "stats: a table (v1)" { expect_table v1; }
@test "stats: a table (v2)" { expect_table v2; }

@test "stats: JSON" {
  run_busy "$ID"
  try runtime stats --no-stream -f json "$ID"
  expect_equal "$status $stderr $(wc -l <"$BATS_TEST_TMPDIR/stdout")" '0  1'
  expect_equal "$(jq -c '[.[] | del(.cpuPressure, .memoryPressure, .ioPressure) | map_values(type)]' <<<"$stdout")" \
    '[{"id":"string","cpuPercent":"number","memoryUsage":"number","memoryLimit":"number","memoryPercent":"number","pids":"number","ioRead":"number","ioWrite":"number"}]'
  expect_equal "$(jq -c '.[] | [.id, .pids, .cpuPercent > 0, .memoryLimit > 1048576]' <<<"$stdout")" "[\"$ID\",1,true,true]"
}

@test "stats: the limit and the usage of memory are the cgroup's" {
  memory=$(awk '/ - cgroup .*memory/ { print $5 }' /proc/self/mountinfo)
  [ -n "$memory" ] || skip 'no v1 hierarchy of memory'
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  echo 67108864 >"$memory/runtime-$ID/memory.limit_in_bytes"
  try runtime stats --no-stream -f json "$ID"
  expect_equal "$(jq .[].memoryLimit <<<"$stdout")" 67108864
  usage=$(<"$memory/runtime-$ID/memory.usage_in_bytes") shown=$(jq .[].memoryUsage <<<"$stdout")
  ((shown > 0 && shown <= usage + 1048576)) || fail "$shown of $usage"
}

@test "stats: all that run, or those that are named" {
  set_program sleep 1000
  for each in "$ID" "$ID-2" "$ID-3" "$ID-4"; do create "$each"; done
  for each in "$ID-2" "$ID-3" "$ID-4"; do runtime start "$each"; done
  runtime pause "$ID-3"
  runtime kill "$ID-4" KILL
  wait_until has_status "$ID-4" stopped
  ids() { jq -r .[].id <<<"$stdout" | tr '\n' ' '; }
  try runtime stats --no-stream -f json
  expect_equal "$(ids)" "$ID-2 $ID-3 "
  try runtime stats --no-stream -f json "$ID" "$ID-2"
  expect_equal "$(ids)" "$ID $ID-2 "
  try runtime stats --no-stream "$ID" "$ID-4"
  expect_error "stats $ID-4: container not running"
  try runtime stats --no-stream "$ID" "$ID-5"
  expect_error "stats $ID-5: container \"$ID-5\" does not exist"
}

@test "stats: nothing runs" {
  try runtime stats --no-stream
  stdout=$(squeezed)
  expect_success "$heading"
  try runtime stats --no-stream -f json
  expect_success '[]'
}

@test "stats: again and again, without escape codes, until those named are gone" {
  run_busy "$ID"
  run_busy "$ID-2"
  runtime_in_background stats --interval 100ms "$ID" "$ID-2"
  has_three() { [ "$(grep -c '^ID' "$BATS_TEST_TMPDIR/stdout")" -ge 3 ]; }
  wait_until has_three
  runtime delete --force "$ID-2"
  sleep 0.5
  : >"$BATS_TEST_TMPDIR/stdout"
  wait_until has_content "$BATS_TEST_TMPDIR/stdout"
  sleep 0.3
  ! grep -q "^$ID-2 " "$BATS_TEST_TMPDIR/stdout" || fail 'still shown'
  ! grep -q $'\e' "$BATS_TEST_TMPDIR/stdout" || fail 'escape codes'
  runtime delete --force "$ID"
  finish_background
  expect_equal "$status $stderr" '0 '
}

@test "stats: on a terminal each picture replaces the one before" {
  run_busy "$ID"
  timeout 5 script -qec "$RUNTIME --root $ROOT stats --interval 100ms $ID" "$OUTPUT" </dev/null >/dev/null 2>&1 3>&- &
  has_two() { [ "$(grep -c $'^\e\[H\e\[JID' "$OUTPUT")" -ge 2 ]; }
  wait_until has_two
  runtime delete --force "$ID"
  wait
}

@test "stats: wrong use" {
  try runtime stats --format xml
  expect_error 'stats: --format: "xml" (table, json) (see runtime --help)'
  try runtime stats --interval x
  expect_error 'stats: option --interval: "x": a duration is expected, such as 5s, 500ms or 1m30s'
  try runtime stats ../x
  [ "$status" = 1 ]
}
