#!/usr/bin/env bats
# The container's cgroup (cgroup.bats) on hosts of other layouts: cgroup2 alone, and v1 alone. The
# runtime sees them in a mount namespace of its own, where the machine's mounts are arranged so.
load helpers
load layouts

# The hierarchies in which a process is in that cgroup: "2", "1" or "1 2".
versions_of() {
  sed -n "s,^0::$2\$,2,p; s,^[1-9].*:$2\$,1,p" "/proc/$1/cgroup" | sort -u | tr '\n' ' '
}

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  delete_containers
  if [ -n "${sleeper-}" ]; then kill "$sleeper" 2>/dev/null || true; fi
  if [ -n "${made-}" ]; then wait_until rmdir "$made" 2>/dev/null; fi
  expect_nothing_left
}

# What holds for both: where it is, alone there, and nothing left.
expect_life_of_cgroup() {
  local version=$1
  set_program sleep 1000
  for path in '' "/$ID/a/b"; do
    update_config --arg path "$path" 'if $path != "" then .linux.cgroupsPath = $path else . end'
    create "$ID"
    pid=$(state_of "$ID" pid)
    expect_equal "$(versions_of "$pid" "${path:-/runtime-$ID}")" "$version " 'hierarchies'
    runtime start "$ID"
    try runtime kill "$ID" KILL
    expect_success ''
    wait_until has_status "$ID" stopped
    try runtime delete "$ID"
    expect_success ''
    expect_nothing_left
  done
}

# The container that makes cgroups in cgroups, and processes in those, is ended.
expect_end_of_all() {
  update_config '(.mounts[] | select(.type == "cgroup")).options = ["rw"] |
    del(.linux.namespaces[] | select(.type == "pid"))'
  set_script "cd /sys/fs/cgroup$1 && mkdir -p a/b/c d && for at in a/b/c d; do
    sh -c 'echo 0 >'\$at'/cgroup.procs; exec setsid sleep 1000' & done; echo ready; wait"
  create "$ID"
  runtime start "$ID"
  wait_until has_content "$OUTPUT"
  expect_equal "$(<"$OUTPUT")" ready
  wait_until grep -q . "$first/runtime-$ID/a/b/c/cgroup.procs"
  try runtime delete --force "$ID"
  expect_success ''
  expect_nothing_left
}

is_unused() { ! grep -q . "$1/cgroup.procs"; }

expect_busy_refused() {
  made=$first/$ID
  mkdir "$made"
  sleep 1000 3>&- &
  sleeper=$!
  echo "$sleeper" >"$first/$ID/cgroup.procs"
  update_config --arg path "/$ID" '.linux.cgroupsPath = $path'
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_equal "$status ${stderr#*"container's "}" '1 cgroup is not empty: 1 process(es) found'
  expect_equal "$(find /sys/fs/cgroup -name "$ID")" "$first/$ID"
  kill "$sleeper"
  wait "$sleeper" 2>/dev/null || true
  # Empty it is used, and stays.
  wait_until is_unused "$made"
  create "$ID"
  runtime delete "$ID"
  expect_equal "$(find /sys/fs/cgroup -name "$ID")" "$first/$ID"
}

# --- cgroup2 ---------------------------------------------------------------------------------

@test "v2: the container is in its cgroup, until it ends" {
  setup_layout v2
  expect_life_of_cgroup 2
}

@test "v2: all that is in it ends with delete --force" {
  setup_layout v2
  expect_end_of_all ''
}

@test "v2: one with processes is refused, an empty one stays" {
  setup_layout v2
  expect_busy_refused
}

@test "v2: the mount shows the own cgroup as its root" {
  setup_layout v2
  expect_inside 'cat /sys/fs/cgroup/cgroup.procs | head -n 1; mkdir /sys/fs/cgroup/new 2>&1
    awk "\$5 == \"/sys/fs/cgroup\" { print \$4, \$6, \$8 }" /proc/self/mountinfo' \
    "1
mkdir: can't create directory '/sys/fs/cgroup/new': Read-only file system
/ ro,nosuid,nodev,noexec,relatime cgroup2"
}

@test "v2: without a cgroup namespace the mount is the host's, as /proc/self/cgroup says" {
  setup_layout v2
  update_config 'del(.linux.namespaces[] | select(.type == "cgroup"))'
  expect_inside 'own=$(sed -n s/^0:://p /proc/self/cgroup); echo "$own"; head -n 1 "/sys/fs/cgroup$own/cgroup.procs"
    touch "/sys/fs/cgroup$own/cgroup.procs" 2>&1; true' "/runtime-$ID
1
touch: /sys/fs/cgroup/runtime-$ID/cgroup.procs: Read-only file system"
}

# --- v1 --------------------------------------------------------------------------------------

@test "v1: the container is in its cgroups, until it ends" {
  setup_layout v1
  expect_life_of_cgroup 1
}

@test "v1: all that is in it ends with delete --force" {
  setup_layout v1
  expect_end_of_all "${v1#/sys/fs/cgroup}"
}

@test "v1: one with processes is refused, an empty one stays" {
  setup_layout v1
  expect_busy_refused
}

@test "v1: the mount has a folder for each hierarchy, the own cgroup in it" {
  setup_layout v1
  expected=$(awk '/ - cgroup / { print $5 }' /proc/self/mountinfo | sort)
  expect_inside 'awk "\$8 == \"cgroup\" { print \$5 }" /proc/self/mountinfo | sort
    awk "\$8 == \"cgroup\" { print \$4, \$6 }" /proc/self/mountinfo | sort -u
    head -qn 1 /sys/fs/cgroup/*/cgroup.procs | sort -u; mkdir /sys/fs/cgroup/new 2>&1; true' "$expected
/ ro,nosuid,nodev,noexec,relatime
1
mkdir: can't create directory '/sys/fs/cgroup/new': Read-only file system"
}

@test "v1: without a cgroup namespace the mounts are the own cgroups" {
  setup_layout v1
  update_config 'del(.linux.namespaces[] | select(.type == "cgroup"))'
  expect_inside 'head -qn 1 /sys/fs/cgroup/*/cgroup.procs | sort -u
    awk "\$8 == \"cgroup\" { print \$4 }" /proc/self/mountinfo | sort -u' $'1\n'"/runtime-$ID"
}

# A v1 freezer holds also what has been killed.
freeze_container() {
  find_freezer
  set_program sleep 1000
  create "$ID"
  runtime start "$ID"
  echo FROZEN >"$freezer/runtime-$ID/freezer.state"
  wait_until grep -q FROZEN "$freezer/runtime-$ID/freezer.state"
}

@test "v1: a frozen container ends with kill KILL" {
  setup_layout v1
  freeze_container
  try runtime kill "$ID" KILL
  expect_success ''
  wait_until has_status "$ID" stopped
}

@test "v1: a frozen container ends with delete --force" {
  setup_layout v1
  freeze_container
  try runtime delete --force "$ID"
  expect_success ''
}

@test "hybrid: a container frozen by v1 ends with delete --force" {
  freeze_container
  try runtime delete --force "$ID"
  expect_success ''
}

is_frozen() { grep -q FROZEN "$freezer/runtime-$ID/freezer.state"; }

# In the background, until a hook has frozen its init, which nothing tells the create.
begin_frozen_create() {
  find_freezer
  update_config --arg file "$freezer/runtime-$ID/freezer.state" \
    '.hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", "echo FROZEN >\($file)"]}]'
  runtime_in_background create --bundle "$BUNDLE" "$ID"
  wait_until is_frozen
}

@test "v1: a create whose init is frozen ends with a signal" {
  begin_frozen_create
  kill -s TERM "$background"
  SECONDS=0
  finish_background
  expect_error "create $ID: interrupted by signal 15"
  [ "$SECONDS" -lt 5 ] || fail "it took $SECONDS s"
  expect_nothing_left
}

@test "v1: a create whose init is frozen is killed, and delete --force undoes it" {
  begin_frozen_create
  kill -s KILL "$background"
  finish_background 2>/dev/null
  try runtime delete --force "$ID"
  expect_success ''
  expect_nothing_left
}

@test "v1: a container that froze its init in a cgroup of its own ends with delete --force" {
  setup_layout v1
  find_freezer
  update_config '(.mounts[] | select(.type == "cgroup")).options = ["rw"]'
  set_script 'cd /sys/fs/cgroup/freezer && mkdir in && echo 0 >in/cgroup.procs && echo FROZEN >in/freezer.state; sleep 1000'
  create "$ID"
  runtime start "$ID"
  wait_until grep -q FROZEN "$freezer/runtime-$ID/in/freezer.state"
  try runtime delete --force "$ID"
  expect_success ''
}
