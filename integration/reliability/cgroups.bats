#!/usr/bin/env bats
# A cgroup that is removed or replaced behind the runtime's back (R-15 of security.md): the container can be
# ended all the same, and what is in another one of the same name is not touched.
load ../helpers
load host_cgroup

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  if [ -n "${foreign:-}" ]; then
    kill -KILL "$foreign"
    wait "$foreign" || true
  fi
  runtime delete --force "$ID"
  remove_beside
  delete_containers
  expect_nothing_left
}

run_below_host() {
  make_host_cgroup
  update_config --arg path "/$ID-host/mine" '.linux.cgroupsPath = $path'
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  pid=$(state_of "$ID" pid)
}

# move_to NAME PID: into that cgroup beside the host's, in every hierarchy.
move_to() {
  local folder
  for folder in /sys/fs/cgroup/*/"$ID-host/$1"; do echo "$2" >"$folder/cgroup.procs"; done
}

remove_mine() { wait_until rmdir /sys/fs/cgroup/*/"$ID-host/mine" 2>/dev/null; }

@test "R-15: the cgroup is removed while the container runs" {
  run_below_host
  make_beside other
  move_to other "$pid"
  remove_mine
  expect_equal "$(state_of "$ID" status pid)" "running $pid"
  try runtime pause "$ID"
  expect_error "pause $ID: no freezer here: the cgroup is gone, or the host has no hierarchy that can"
  try runtime exec "$ID" true
  expect_outcome 255 '' "runtime: exec $ID: the container's cgroup is gone"
  try runtime update --pids-limit 10 "$ID"
  expect_equal "$status" 1
  try runtime delete --force "$ID"
  expect_success ''
  has_ended "$pid"
}

@test "R-15: the cgroup is removed when the container has stopped" {
  run_below_host
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
  remove_mine
  try runtime delete "$ID"
  expect_success ''
}

# Processes of somebody else's in a cgroup of the same name.
replace_mine() {
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
  remove_mine
  make_beside mine
  sleep 1000 3>&- &
  foreign=$!
  move_to mine "$foreign"
}

expect_foreign_unharmed() {
  [[ $(<"/proc/$foreign/stat") = *' (sleep) S '* ]] || fail 'the other process is not as it was'
  grep -qx "0::/$ID-host/mine" "/proc/$foreign/cgroup" || fail "$(<"/proc/$foreign/cgroup")"
}

@test "R-15: another cgroup of the same name, with processes of somebody else's" {
  [ -n "$(awk '/ - cgroup2 / { print $5 }' /proc/self/mountinfo)" ] || skip 'no cgroup2'
  run_below_host
  replace_mine
  for command in 'kill --all' pause 'delete --force'; do
    # shellcheck disable=SC2086 # words
    try runtime $command "$ID"
    expect_foreign_unharmed
  done
  expect_success ''
  [ ! -e "$ROOT/$ID" ]
}
