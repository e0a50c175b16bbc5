#!/usr/bin/env bats
# ps: the processes of a container. Engines join its two outputs (client contract §5.2): with JSON
# there is never anything but the list.
load helpers
load layouts

# Two processes, one of them in a cgroup of its own below the container's.
run_nested() {
  update_config '(.mounts[] | select(.type == "cgroup")).options = ["rw"]'
  set_script "cd /sys/fs/cgroup$1 && mkdir -p a/b && sh -c 'echo 0 >a/b/cgroup.procs; echo ready; exec sleep 1000'; true"
  create "$ID"
  runtime start "$ID"
  wait_until has_content "$OUTPUT"
}

expect_all_processes() {
  pids=$(processes_of "$ID" | tr '\n' ' ')
  expect_equal "$(wc -w <<<"$pids")" 2 'processes'
  for option in '-f json' '--format json' '--format=json'; do
    # shellcheck disable=SC2086 # two words
    try runtime ps $option "$ID"
    expect_success "[$(sed 's/ $//; s/ /,/g' <<<"$pids")]"
  done
}

@test "ps: JSON is the pids in the cgroup and all below (v2)" {
  setup_layout v2
  run_nested ''
  expect_all_processes
}

@test "ps: JSON is the pids in the cgroup and all below (v1)" {
  setup_layout v1
  run_nested "${v1#/sys/fs/cgroup}"
  expect_all_processes
}

@test "ps: JSON is the pids in the cgroup (hybrid)" {
  set_script 'sleep 1000 & echo ready; wait'
  create "$ID"
  runtime start "$ID"
  wait_until has_content "$OUTPUT"
  expect_all_processes
}

@test "ps: a created and a paused container have processes" {
  set_program sleep 1000
  create "$ID"
  pid=$(state_of "$ID" pid)
  try runtime ps --format json "$ID"
  expect_success "[$pid]"
  runtime pause "$ID"
  try runtime ps --format json "$ID"
  expect_success "[$pid]"
}

@test "ps: a table is what ps(1) says of them" {
  set_program sleep 1234
  create "$ID"
  runtime start "$ID"
  pid=$(state_of "$ID" pid)
  # Some of it changes all the time.
  columns() { awk -v OFS=' ' 'NR == 1 { print; next } { print $1, $2, $3, $8, $9 }' <<<"$stdout"; }
  for option in '' '-f table'; do
    # shellcheck disable=SC2086 # two words
    try runtime ps $option "$ID"
    expect_equal "$status $stderr" '0 '
    got=$(columns)
    try ps -f -p "$pid"
    expect_equal "$got" "$(columns)"
  done
  try runtime ps "$ID" -e -o pid,args
  stdout=$(tr -s ' ' <<<"$stdout" | sed 's/^ //')
  expect_success "PID COMMAND"$'\n'"$pid sleep 1234"
}

@test "ps: what ps(1) refuses" {
  create "$ID"
  try runtime ps "$ID" --nonsense
  expect_equal "$status $stdout" '1 '
  [[ $stderr == "runtime: ps $ID: ps: exit status 1: "*'unknown gnu long option'* ]] || fail "$stderr"
  try runtime ps "$ID" -e -o args
  expect_error "ps $ID: couldn't find PID field in ps output"
}

@test "ps: only a table needs ps(1)" {
  create "$ID"
  pid=$(state_of "$ID" pid)
  RUNTIME=$(make_wrapper hidden "mount --make-rprivate / && mount --bind /dev/null $(command -v ps) && exec $RUNTIME \"\$@\"")
  try runtime ps "$ID"
  expect_error "ps $ID: ps is needed for a table, and is not there (package procps)"
  try runtime ps -f json "$ID"
  expect_success "[$pid]"
}

@test "ps: a stopped container has none" {
  create "$ID"
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  try runtime ps -f json "$ID"
  expect_success '[]'
  try runtime ps "$ID" -e -o pid,comm
  stdout=$(tr -s ' ' <<<"$stdout")
  expect_success ' PID COMMAND'
}

@test "ps: those that outlive init in a shared pid namespace" {
  update_config 'del(.linux.namespaces[] | select(.type == "pid"))'
  set_script 'setsid sleep 1000 & exit 0'
  create "$ID"
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  pid=$(processes_of "$ID")
  [ -n "$pid" ]
  try runtime ps -f json "$ID"
  expect_success "[$pid]"
}

@test "ps: without a cgroup only init is known" {
  set_script 'sleep 1000 & echo ready; wait'
  update_config 'del(.mounts[] | select(.type == "cgroup"))'
  runtime --cgroup-manager disabled create --bundle "$BUNDLE" "$ID" >"$OUTPUT" 3>&-
  runtime start "$ID"
  wait_until has_content "$OUTPUT"
  try runtime ps -f json "$ID"
  expect_success "[$(state_of "$ID" pid)]"
}

@test "ps: wrong use" {
  try runtime ps
  expect_error "ps: the container's ID is expected (see runtime --help)"
  try runtime ps "$ID"
  expect_error "ps $ID: container \"$ID\" does not exist"
  try runtime ps -f xml "$ID"
  expect_error 'ps: --format: "xml" (table, json) (see runtime --help)'
}
