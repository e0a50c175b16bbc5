#!/usr/bin/env bats
# The container's cgroup (A-044, A-115, A-130, A-132 of the feature inventory; S-39, S-43…S-45 of
# security.md), in the machine's own layout. Others are in cgroup_layouts.bats.
#
# Nothing is made or removed in /sys/fs/cgroup itself, which is the machine's.
load helpers

# Where one hierarchy that knows of processes is mounted, and another, if there is one.
hierarchy() {
  local all
  all=$(awk '/ - cgroup2 / { print $5 } / - cgroup .*(freezer|pids)/ { print $5 }' /proc/self/mountinfo | sort -r)
  sed -n "${1}p" <<<"$all"
}

# A cgroup that is there before the container's, and sleeping processes in it; removed at the end.
make_cgroup() {
  mkdir -p "$1"
  made="$1 ${made-}"
}
put_sleeper() {
  sleep 1000 3>&- &
  sleepers="$! ${sleepers-}"
  echo "$!" >"$1/cgroup.procs"
}

teardown() {
  [ -n "${ROOT:-}" ] || return 0
  delete_containers
  # shellcheck disable=SC2086 # words
  kill ${sleepers-} 2>/dev/null || true
  for each in ${made-}; do wait_until rmdir "$each" 2>/dev/null; done
  expect_nothing_left
}

set_path() { update_config --arg path "$1" '.linux.cgroupsPath = $path'; }
without_namespace() { update_config --arg type "$1" 'del(.linux.namespaces[] | select(.type == $type))'; }
# Folders of cgroups below the one given, relative to it, in one line.
cgroups_below() { (cd "$1" && find . -mindepth 1 -type d | sort | tr '\n' ' '); }

# expect_cgroup PID PATH: in every hierarchy that is mounted.
expect_cgroup() {
  local where
  where=$(sed 's/^[0-9]*:\([^:]*\):/\1 /' "/proc/$1/cgroup" | while read -r name path; do
    if grep -qE -- "- cgroup .*\b${name}\b" /proc/self/mountinfo; then echo "$path"; fi
  done | sort -u)
  expect_equal "$where" "$2" 'cgroup'
}

# --- where -----------------------------------------------------------------------------------

@test "cgroup: one of its own in every hierarchy, before the program runs" {
  set_program sleep 1000
  create "$ID"
  expect_cgroup "$(state_of "$ID" pid)" "/runtime-$ID"
  runtime start "$ID"
  expect_cgroup "$(state_of "$ID" pid)" "/runtime-$ID"
}

@test "cgroup: the caller's is left alone" {
  before=$(</proc/self/cgroup)
  create "$ID"
  expect_equal "$(</proc/self/cgroup)" "$before"
}

@test "cgroup namespace: its own is the root, and no path of the host is seen (S-45)" {
  expect_inside 'cut -d : -f 3 /proc/self/cgroup | sort -u; grep " cgroup2\? " /proc/self/mountinfo |
    cut -d " " -f 4 | sort -u; grep runtime- /proc/self/mountinfo; true' $'/\n/'
  without_namespace cgroup
  set_script 'cut -d : -f 3 /proc/self/cgroup'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_equal "$(sort -u <<<"$stdout" | grep "$ID")" "/runtime-$ID"
}

@test "cgroupsPath: absolute, relative, nested, with slashes to spare" {
  while read -r given path; do
    set_path "$given"
    create "$ID"
    expect_cgroup "$(state_of "$ID" pid)" "$path"
    runtime delete "$ID"
    expect_nothing_left
  done <<END
/$ID /$ID
$ID /$ID
/$ID/a/b /$ID/a/b
$ID//a///b/ /$ID/a/b
/$ID:a:b /$ID:a:b
END
}

@test "cgroupsPath: bad ones (S-43)" {
  while IFS='|' read -r path text; do
    set_path "$(printf '%b' "$path")"
    expect_refusal "$text"
  done <<END
/$ID/../x|config.json: /linux/cgroupsPath: "/$ID/../x" has a .. in it
..|config.json: /linux/cgroupsPath: ".." has a .. in it
/$ID/./x|config.json: /linux/cgroupsPath: "/$ID/./x" has a . in it
/|config.json: /linux/cgroupsPath: "/" is the root of all cgroups
///|config.json: /linux/cgroupsPath: "///" is the root of all cgroups
/$ID\\nx|config.json: /linux/cgroupsPath: "/$ID\\x0ax" has control characters in it
/$ID/\\0177|config.json: /linux/cgroupsPath: "/$ID/\\x7f" has control characters in it
END
  set_path "/$ID/$(printf 'a%.0s' {1..256})"
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_equal "${stderr##*\"}" '... has a component longer than 255 bytes'
  set_path "/$ID/$(printf 'a/%.0s' {1..2500})"
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_equal "${stderr##*\"}" '... is longer than 4000 bytes'
}

# --- one that exists -------------------------------------------------------------------------

@test "existing: parents stay, and what else is in them" {
  first=$(hierarchy 1)
  make_cgroup "$first/$ID"
  make_cgroup "$first/$ID/other"
  set_path "/$ID/a/b"
  create "$ID"
  expect_cgroup "$(state_of "$ID" pid)" "/$ID/a/b"
  make_cgroup "$first/$ID/a"
  make_cgroup "$first/$ID/a/guest"
  runtime delete "$ID"
  expect_equal "$(cgroups_below "$first/$ID")" './a ./a/guest ./other '
}

@test "existing: an empty one is used, and stays" {
  first=$(hierarchy 1)
  make_cgroup "$first/$ID"
  make_cgroup "$first/$ID/below"
  set_path "/$ID"
  create "$ID"
  expect_cgroup "$(state_of "$ID" pid)" "/$ID"
  runtime delete "$ID"
  expect_equal "$(cgroups_below "$first/$ID")" './below '
  # The other hierarchies had none.
  expect_equal "$(find /sys/fs/cgroup -name "$ID")" "$first/$ID"
}

@test "existing: one with processes is refused, and they go on" {
  set_path "/$ID"
  for at in "$(hierarchy 1)" "$(hierarchy 2)"; do
    [ -n "$at" ] || continue
    make_cgroup "$at/$ID"
    put_sleeper "$at/$ID"
    put_sleeper "$at/$ID"
    try runtime create --bundle "$BUNDLE" "$ID"
    expect_equal "$status $stdout ${stderr#runtime: create "$ID": cgroup hierarchy *: }" \
      "1  container's cgroup is not empty: 2 process(es) found"
    expect_equal "$(find /sys/fs/cgroup -name "$ID")" "$at/$ID"
    expect_equal "$(wc -l <"$at/$ID/cgroup.procs")" 2
    # shellcheck disable=SC2086 # words
    kill $sleepers
    wait_until rmdir "$at/$ID" 2>/dev/null
    sleepers='' made=''
  done
}

@test "existing: a frozen one is refused, also if its parent is frozen" {
  first=$(hierarchy 1)
  make_cgroup "$first/$ID"
  make_cgroup "$first/$ID/below"
  if [ -e "$first/$ID/cgroup.freeze" ]; then
    freeze() { echo 1 >"$first/$ID/cgroup.freeze"; }
  else
    freeze() { echo FROZEN >"$first/$ID/freezer.state"; }
  fi
  freeze
  for path in "/$ID" "/$ID/below" "/$ID/new"; do
    set_path "$path"
    try runtime create --bundle "$BUNDLE" "$ID"
    expect_equal "$status ${stderr##*: }" "1 container's cgroup unexpectedly frozen"
  done
  expect_equal "$(cgroups_below "$first/$ID")" './below '
}

@test "existing: two containers can't share one" {
  set_path "/$ID"
  set_program sleep 1000
  create "$ID"
  try runtime create --bundle "$BUNDLE" "$ID-2"
  expect_error "create $ID-2: container's cgroup is that of container \"$ID\""
  expect_equal "$(state_of "$ID" status)" created
  # Nor one in which nobody is any more.
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
  try runtime create --bundle "$BUNDLE" "$ID-2"
  expect_error "create $ID-2: container's cgroup is that of container \"$ID\""
  runtime delete "$ID"
  create "$ID-2"
}

@test "existing: of several containers that make one at the same time one gets it" {
  set_path "/$ID"
  set_program sleep 1000
  for round in {1..10}; do
    pids=() winners=0
    for each in 1 2 3 4; do
      "$RUNTIME" --root "$ROOT" run --detach --bundle "$BUNDLE" "$ID-$each" >/dev/null 2>"$BATS_TEST_TMPDIR/$each" 3>&- &
      pids+=("$!")
    done
    for pid in "${pids[@]}"; do
      if wait "$pid"; then winners=$((winners + 1)); fi
    done
    said=$(sed 's/.*container.s cgroup .*/refused/' "$BATS_TEST_TMPDIR"/[1-4])
    expect_equal "$winners $said" $'1 refused\nrefused\nrefused' "round $round"
    for each in 1 2 3 4; do runtime delete --force "$ID-$each"; done
    expect_nothing_left
  done
}

# --- the mount -------------------------------------------------------------------------------

@test "cgroup mount: read-only as spec has it (S-39)" {
  # Every folder and file there is, and sysfs and the kernel's settings with them.
  expect_inside 'cd /sys/fs/cgroup; for at in . */; do mkdir $at/new 2>&1; done | grep -v "Read-only file system"
    busybox find /proc/sys /sys -type f -print0 | busybox xargs -0 touch 2>&1 | grep -v "Read-only file system"; true' ''
}

@test "cgroup mount: writable where the config says rw, and only the container's own" {
  update_config '(.mounts[] | select(.type == "cgroup")).options = ["nosuid", "rw"]'
  set_script 'cd "/sys/fs/cgroup/$1" && grep -c . cgroup.procs && mkdir new && echo 0 >new/cgroup.procs && exec sleep 1000'
  first=$(hierarchy 1)
  folder=${first#/sys/fs/cgroup}
  update_config --arg folder "$folder" '.process.args += ["sh", $folder]'
  create "$ID"
  runtime start "$ID"
  wait_until [ -d "$first/runtime-$ID/new" ]
  wait_until grep -q . "$first/runtime-$ID/new/cgroup.procs"
  runtime kill "$ID" KILL
  wait_until has_status "$ID" stopped
  runtime delete "$ID"
  expect_nothing_left
}

@test "cgroup mount: without a cgroup namespace" {
  without_namespace cgroup
  set_script 'cat /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs 2>/dev/null | sort -u | tr "\n" " "'
  if grep -q ' /sys/fs/cgroup .* - cgroup2 ' /proc/self/mountinfo; then skip 'shows the whole of cgroup2'; fi
  try runtime run --bundle "$BUNDLE" "$ID"
  # Its own directories: init, and what sh has just started.
  [[ $stdout = 1\ * ]] || fail "$stdout"
}

# --- its end ---------------------------------------------------------------------------------

@test "delete: removes the cgroups that the container made (S-44)" {
  update_config '(.mounts[] | select(.type == "cgroup")).options = ["rw"]'
  first=$(hierarchy 1)
  set_script 'cd "/sys/fs/cgroup/$1" && mkdir -p a/b/c "with space" .hidden && cd a/b/c
    for i in $(seq 30); do mkdir -p $i/x; done
    deep=; for i in $(seq 40); do deep=$deep/d; done; mkdir -p ./$deep
    echo 0 >./$deep/cgroup.procs; echo ready; exec sleep 1000'
  update_config --arg folder "${first#/sys/fs/cgroup}" '.process.args += ["sh", $folder]'
  create "$ID"
  runtime start "$ID"
  wait_until has_content "$OUTPUT"
  expect_equal "$(<"$OUTPUT")" ready
  try runtime delete --force "$ID"
  expect_success ''
  expect_nothing_left
}

@test "delete: ends a container that froze itself (S-44)" {
  first=$(hierarchy 1)
  [ -e "$first/cgroup.procs" ] && grep -q ' - cgroup2 ' /proc/self/mountinfo || skip 'no cgroup2'
  update_config '(.mounts[] | select(.type == "cgroup")).options = ["rw"]'
  set_script 'cd "/sys/fs/cgroup/$1" && mkdir in && echo 0 >in/cgroup.procs && echo 1 >in/cgroup.freeze; sleep 1000'
  update_config --arg folder "${first#/sys/fs/cgroup}" '.process.args += ["sh", $folder]'
  create "$ID"
  runtime start "$ID"
  wait_until grep -q 'frozen 1' "$first/runtime-$ID/in/cgroup.events"
  try runtime delete --force "$ID"
  expect_success ''
  expect_nothing_left
}

@test "delete: ends what outlived init in a shared pid namespace" {
  without_namespace pid
  set_script 'setsid sleep 1000 & setsid sh -c "sleep 1000" & echo ready'
  create "$ID"
  runtime start "$ID"
  wait_until has_status "$ID" stopped
  [ -n "$(processes_of "$ID")" ] || fail 'nothing outlived it'
  try runtime delete --force "$ID"
  expect_success ''
  expect_nothing_left
}
