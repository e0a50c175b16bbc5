#!/usr/bin/env bats
# Who owns a container's cgroup (config-linux.md#cgroup-ownership): with namespaces of its own and a
# writable mount it is the container's user.
load helpers
load layouts

# A user namespace, and a mount of the cgroup that may be written to.
setup_delegation() {
  setup_layout "$1"
  map_ids 0 100000 65536
  update_config '(.mounts[] | select(.type == "cgroup")).options = ["rw", "nosuid", "noexec", "nodev"]'
}

# What in the container's cgroup isn't root's on the host: "NAME UID GID", sorted.
given_away() { (cd "$1/runtime-$ID" && find . ! -uid 0 -printf '%P %U %G\n' | sort); }

# The same of a cgroup with all that the kernel would give away.
all_of_it() {
  local name
  {
    echo " $1 0"
    for name in $(</sys/kernel/cgroup/delegate); do
      if [ -e "$unified/runtime-$ID/$name" ]; then echo "$name $1 0"; fi
    done
  } | sort
}

@test "v2: the container's root makes cgroups and goes into them" {
  setup_delegation v2
  expect_inside 'mkdir /sys/fs/cgroup/sub && echo 0 >/sys/fs/cgroup/sub/cgroup.procs && grep ^0: /proc/self/cgroup
    stat -c "%u" /sys/fs/cgroup /sys/fs/cgroup/cgroup.procs
    (echo 1 >/sys/fs/cgroup/cgroup.freeze) 2>&1; true' \
    "0::/sub
0
0
sh: can't create /sys/fs/cgroup/cgroup.freeze: Permission denied"
}

@test "v2: only the folder, and the files that the kernel lists, change their owner" {
  setup_delegation v2
  create "$ID"
  expect_equal "$(given_away "$unified")" "$(all_of_it 100000)"
}

@test "v2: without the kernel's list it is the specification's" {
  setup_delegation v2
  # Which can't be mounted in a user namespace where something of the host's is covered.
  update_config 'del(.mounts[] | select(.type == "sysfs"))'
  mkdir -p "$BUNDLE/rootfs/sys/fs/cgroup"
  RUNTIME=$(make_wrapper no-list "mount -t tmpfs none /sys/kernel/cgroup && exec $RUNTIME \"\$@\"")
  create "$ID"
  expect_equal "$(given_away "$unified")" $' 100000 0\ncgroup.procs 100000 0\ncgroup.subtree_control 100000 0\ncgroup.threads 100000 0'
}

@test "v2: it is the program's user who gets it" {
  setup_delegation v2
  update_config '.process.user = {uid: 1000, gid: 1000}'
  create "$ID"
  expect_equal "$(given_away "$unified")" "$(all_of_it 101000)"
}

# expect_kept LAYOUT JQ WHAT
expect_kept() {
  setup_delegation "$1"
  update_config "$2"
  create "$ID"
  for hierarchy in "$unified" "$v1"; do
    if [ -e "$hierarchy/runtime-$ID" ]; then
      expect_equal "$(given_away "$hierarchy")" '' "$hierarchy"
    fi
  done
}

@test "v2: nobody gets it without a cgroup namespace" {
  expect_kept v2 'del(.linux.namespaces[] | select(.type == "cgroup"))'
}

@test "v2: nobody gets it without a user namespace" {
  expect_kept v2 'del(.linux.namespaces[] | select(.type == "user")) | del(.linux.uidMappings, .linux.gidMappings)'
}

@test "v2: nobody gets it where the mount is read-only" {
  expect_kept v2 '(.mounts[] | select(.type == "cgroup")).options = ["ro"]'
}

@test "v2: a cgroup that was there before keeps its owner" {
  setup_delegation v2
  update_config --arg path "/$ID" '.linux.cgroupsPath = $path'
  mkdir "$unified/$ID"
  create "$ID"
  owners=$(find "$unified/$ID" ! -uid 0)
  runtime delete "$ID"
  rmdir "$unified/$ID"
  expect_equal "$owners" ''
}

@test "v1 and hybrid: nobody gets it" {
  expect_kept hybrid .
  runtime delete "$ID"
  expect_kept v1 .
}
