# shellcheck shell=bash
# Hosts of other cgroup layouts than this machine's: cgroup2 alone, and v1 alone. The runtime sees
# them in a mount namespace of its own, where the machine's mounts are arranged so.

# use_layout v2|v1|hybrid: the runtime from here on, and everything that calls it, sees the host so.
use_layout() {
  local arrange
  case $1 in
    v2) arrange='mount -t cgroup2 none /sys/fs/cgroup' ;;
    v1) arrange="umount $unified" ;;
    hybrid) return ;;
  esac
  RUNTIME=$(make_wrapper "$1" "mount --make-rprivate / && $arrange && exec $RUNTIME \"\$@\"")
}

make_wrapper() {
  printf '#!/bin/sh\nexec unshare -m sh -c '\''%s'\'' sh "$@"\n' "$2" >"$BATS_TEST_TMPDIR/$1"
  chmod +x "$BATS_TEST_TMPDIR/$1"
  echo "$BATS_TEST_TMPDIR/$1"
}

# The same, or the test is skipped; $unified and $v1 are where the machine has its hierarchies,
# $first is the one that is asked about processes.
setup_layout() {
  unified=$(awk '/ - cgroup2 / { print $5 }' /proc/self/mountinfo)
  v1=$(awk '/ - cgroup .*pids/ { print $5 }' /proc/self/mountinfo)
  [ -n "$unified" ] || skip 'no cgroup2'
  [ "$1" = v2 ] || [ -n "$v1" ] || skip 'no v1 hierarchy'
  use_layout "$1"
  # shellcheck disable=SC2034 # for the suites
  first=$([ "$1" = v1 ] && echo "$v1" || echo "$unified")
}

# $freezer is where the machine has the freezer of v1; without one the test is skipped.
find_freezer() {
  freezer=$(awk '/ - cgroup .*freezer/ { print $5 }' /proc/self/mountinfo)
  [ -n "$freezer" ] || skip 'no freezer of v1'
}
