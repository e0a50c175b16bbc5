#!/usr/bin/env bats
# Something is used up (R-07 of security.md): create fails with one line that says which operation and
# which errno, and nothing is left, without a delete. What few descriptors do is in faults/errnos.bats.
load ../helpers
load ../quarantine
load host_cgroup

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  remove_beside
  delete_containers
  expect_nothing_left
}

# expect_failure COMMAND WHAT: by one line that ends so, and nothing is left.
expect_failure() {
  [[ $status = 1 && $stdout = '' && $stderr = "runtime: $1 $ID: "*"$2" && $stderr != *$'\n'* ]] ||
    fail "status $status, output $stdout, error $stderr"
  expect_nothing_left
}

# --- the state's file system -----------------------------------------------------------------

# create_in_tmpfs OPTIONS PAGES: with the state on such a tmpfs, of which so many pages are taken.
create_in_tmpfs() {
  mkdir -p "$ROOT"
  mount -t tmpfs -o "$1" state "$ROOT"
  [ "$2" = 0 ] || head -c $(($2 * 4096)) /dev/zero >"$ROOT/.fill"
  try runtime create --bundle "$BUNDLE" "$ID"
}

# Rows OPTIONS|PAGES|ERROR of the standard input.
expect_state_refusals() {
  local options pages error
  while IFS='|' read -r options pages error; do
    create_in_tmpfs "$options" "$pages"
    expect_error "create $ID: $error"
    rm -f "$ROOT/.fill"
    expect_equal "$(ls -A "$ROOT")" '' "left after $error"
    umount "$ROOT"
    expect_nothing_left
  done
}

full_state() {
  expect_state_refusals <<'END'
size=64k|16|intent.json: write: No space left on device (ENOSPC)
size=64k|15|config.json: write: No space left on device (ENOSPC)
size=64k|14|state.json: write: No space left on device (ENOSPC)
END
}

@test "R-07: the state's file system is full" { expect_in_quarantine full_state; }

no_inodes() {
  expect_state_refusals <<END
nr_inodes=1|0|state root $ROOT: mkdir $ID: No space left on device (ENOSPC)
nr_inodes=2|0|open .intent.json.tmp: No space left on device (ENOSPC)
nr_inodes=3|0|bind start: No space left on device (ENOSPC)
nr_inodes=4|0|open config.json: No space left on device (ENOSPC)
nr_inodes=5|0|open .state.json.tmp: No space left on device (ENOSPC)
END
}

@test "R-07: the state's file system has no inodes" { expect_in_quarantine no_inodes; }

full_afterwards() {
  local command
  set_program sleep 1000
  create_in_tmpfs size=64k 0
  expect_success ''
  # As much as there is.
  head -c 65536 /dev/zero >"$ROOT/.fill" 2>/dev/null || true
  for command in state start pause resume 'kill --all' 'delete --force'; do
    # shellcheck disable=SC2086 # words
    try runtime $command "$ID"
    expect_equal "$status $stderr" '0 ' "$command"
  done
  umount "$ROOT"
}

@test "R-07: what exists goes on in a full file system" { expect_in_quarantine full_afterwards; }

# --- limits of the caller ----------------------------------------------------------------------

# limited OPTION VALUE WORDS…: the runtime with that ulimit. What it says goes into a pipe, which no
# limit on files stops.
limited() {
  local option=$1 value=$2
  shift 2
  status=0 stdout=''
  # What the shell says of a process that was killed is none of it.
  { stderr=$({ ulimit "$option" "$value" && exec "$RUNTIME" --root "$ROOT" "$@"; } 2>&1 </dev/null 3>&-) || status=$?; } 2>/dev/null
}

# Below the size of the config, which is kept.
@test "R-07: RLIMIT_FSIZE" {
  local size
  for ((size = 0; size * 1024 < $(stat -c %s "$BUNDLE/config.json"); ++size)); do
    limited -f "$size" create --bundle "$BUNDLE" "$ID"
    expect_failure create "protecting the runtime's executable: pwrite: File too large (EFBIG)"
  done
  [ "$size" -gt 1 ]
  # With a hook inside nothing is written before the records.
  update_config '.hooks.createContainer = [{path: "/bin/true"}]'
  for ((size = 0; size * 1024 < $(stat -c %s "$BUNDLE/config.json"); ++size)); do
    limited -f "$size" create --bundle "$BUNDLE" "$ID"
    expect_failure create '.json: write: File too large (EFBIG)'
  done
}

# From where the kernel can load it at all to where the program is what has too little, which may be none.
@test "R-07: RLIMIT_AS" {
  skip_sanitized 'their shadow memory alone takes terabytes of addresses'
  local refusals=0 size=1024
  while limited -v "$size" --version && [ "$status" != 0 ]; do size=$((size + 4)); done
  for (( ; ; size += 4)); do
    limited -v "$size" run --bundle "$BUNDLE" "$ID"
    expect_nothing_left
    [ "$status" = 1 ] || break
    [[ $stderr = 'runtime: run'*'(ENOMEM)' && $stderr != *$'\n'* ]] || fail "$size KiB: status $status, $stderr"
    refusals=$((refusals + 1))
  done
  expect_equal "$stderr" '' 'with enough'
  echo "# $refusals refused, $size KiB are enough" >&3
  # From somewhere on for the program, too.
  limited -v 100000 run --bundle "$BUNDLE" "$ID"
  expect_equal "$status $stderr" '0 '
}

# --- cgroups of the caller ---------------------------------------------------------------------

# create_within HIERARCHY FILE VALUE: the runtime itself is in a cgroup with that limit.
create_within() {
  local own=/sys/fs/cgroup/$1/$ID-host/own
  echo "$3" >"$own/$2"
  # shellcheck disable=SC2016 # the inner shell's
  try timeout 30 bash -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$own" "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
}

is_without_container() { [ ! -e "$ROOT/$ID" ] && [ -z "$(find /sys/fs/cgroup -name "runtime-$ID")" ]; }

@test "R-07: pids.max" {
  [ -d /sys/fs/cgroup/pids ] || skip 'no v1 hierarchy with the controller'
  make_host_cgroup
  make_beside own pids
  # `timeout` is one, too.
  create_within pids pids.max 1
  expect_error "create $ID: clone3: Resource temporarily unavailable (EAGAIN)"
  is_without_container
  create_within pids pids.max 2
  expect_success ''
}

# Who is killed is the kernel's choice. If it is the runtime, `delete --force` removes the container.
@test "R-07: the memory of a cgroup" {
  [ -d /sys/fs/cgroup/memory ] || skip 'no v1 hierarchy with the controller'
  make_host_cgroup
  make_beside own memory
  local size refusals=0 killed=0
  for ((size = 128; size <= 4096; size += 64)); do
    create_within memory memory.limit_in_bytes "${size}k" 2>/dev/null
    case $status in
      0) break ;;
      1)
        [[ $stderr = "runtime: create $ID: "* && $stderr =~ \(ENOMEM\)$|OOM-killed && $stderr != *$'\n'* ]] || fail "$stderr"
        is_without_container
        refusals=$((refusals + 1))
        ;;
      137) killed=$((killed + 1)) ;;
      *) fail "$size KiB: status $status, $stderr" ;;
    esac
    try runtime delete --force "$ID"
    expect_success ''
    wait_until is_without_container
  done
  echo "# $refusals refused, $killed killed, enough at $size KiB" >&3
  expect_equal "$status" 0 'with enough'
  [ $((refusals + killed)) -gt 0 ]
}

@test "R-07: cgroup.max.descendants and cgroup.max.depth" {
  unified=$(awk '/ - cgroup2 / { print $5 }' /proc/self/mountinfo)
  [ -n "$unified" ] || skip 'no cgroup2'
  make_host_cgroup
  update_config --arg path "/$ID-host/in-vain" '.linux.cgroupsPath = $path'
  for limit in descendants depth; do
    echo 0 >"$unified/$ID-host/cgroup.max.$limit"
    try runtime create --bundle "$BUNDLE" "$ID"
    expect_error "create $ID: cgroup hierarchy unified: mkdir in-vain: Resource temporarily unavailable (EAGAIN)"
    is_without_container
    echo max >"$unified/$ID-host/cgroup.max.$limit"
  done
}

# --- the kernel's own limits -------------------------------------------------------------------

# run_without KIND: in a user namespace that may have no namespace of that kind below it.
run_without() {
  # shellcheck disable=SC2016 # the inner shell's
  try unshare --user --map-root-user --mount bash -c 'echo 0 >"/proc/sys/user/max_$0_namespaces" && exec "$@"' \
    "$1" "$RUNTIME" --root "$ROOT" --cgroup-manager disabled run --bundle "$BUNDLE" "$ID"
}

@test "R-07: user.max_*_namespaces" {
  map_ids 0 0 1
  update_config 'del(.linux.resources) | .linux.namespaces += [{type: "time"}] |
    .mounts |= map(select(.type != "cgroup") | if .options then .options -= ["gid=5"] else . end)'
  while IFS='|' read -r kind operation; do
    run_without "$kind"
    expect_failure run "$operation: No space left on device (ENOSPC)"
  done <<'END'
user|locking the host's mounts: unshare
mnt|root file system: open_tree
pid|clone3
net|clone3
ipc|clone3
uts|clone3
cgroup|unshare
time|clone3
END
}

# As many mounts as there may be in a mount namespace: one is bound into itself again and again, and of
# its parts what still fits.
fill_mounts() {
  local i=0
  at=$BATS_TEST_TMPDIR/fill
  mkdir "$at"
  mount -t tmpfs fill "$at"
  mkdir "$at/twice" "$at/once"
  mount -t tmpfs fill "$at/twice"
  while mkdir "$at/twice/$i" && mount --rbind "$at/twice" "$at/twice/$i" 2>/dev/null; do i=$((i + 1)); done
  while ((--i >= 0)); do
    mkdir "$at/once/$i"
    mount --rbind "$at/twice/$i" "$at/once/$i" 2>/dev/null || true
  done
}

no_mounts() {
  fill_mounts
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: root file system $BUNDLE/rootfs: move_mount: No space left on device (ENOSPC)"
  # One after the other, and then one of the config's.
  umount "$at/twice/0" "$at/twice/1/0"
  try runtime create --bundle "$BUNDLE" "$ID"
  [[ $stderr =~ ^"runtime: create $ID: mounts["[01]"] "[^:]*": move_mount: No space left on device (ENOSPC)"$ ]] || fail "$stderr"
  expect_equal "$(ls -A "$ROOT")" ''
}

@test "R-07: fs.mount-max" {
  [ "$(</proc/sys/fs/mount-max)" -le 100000 ] || skip 'more mounts than can be made in a test'
  expect_in_quarantine no_mounts
}
