# shellcheck shell=bash
# A throw-away "machine" of namespaces, for what would harm this one. Needs helpers.bash.

# Everything that a container could be made to reach is the machine's own: processes, mounts, /dev,
# network, names. A process that is left ends with it. What was said is in $verdict.
#
# quarantined FUNCTION [ARGUMENT…]
quarantined() {
  declare -f >"$BATS_TEST_TMPDIR/functions"
  export RUNTIME ID BUNDLE ROOT OUTPUT ARGS BATS_TEST_TMPDIR
  # shellcheck disable=SC2016 # the inner shell's variables
  status=0
  timeout --signal KILL 300 unshare --mount --pid --fork --kill-child --mount-proc --propagation private --ipc --net --uts \
    bash -c '. "$BATS_TEST_TMPDIR/functions"; set -euo pipefail; isolate; "$@"' quarantine "$@" \
    >"$BATS_TEST_TMPDIR/verdict" 2>&1 3>&- || status=$?
  verdict=$(tr -d '\0' <"$BATS_TEST_TMPDIR/verdict")
}

# expect_in_quarantine FUNCTION [ARGUMENT…]: it succeeds there.
expect_in_quarantine() {
  quarantined "$@"
  [ "$status" = 0 ] || fail "status $status
$verdict"
}

isolate() {
  unmount_others
  ip link set lo up
  make_dev
}

# What other programs have mounted, who may unmount it at any time.
unmount_others() {
  local at
  while read -r at; do
    [[ $BATS_TEST_TMPDIR = "$at"/* ]] || umount --lazy "$at"
  done < <(awk '$5 ~ "^/(tmp|run|var)/" { print $5 }' /proc/self/mountinfo | tac)
}

# Its own, because peers change the null device's owner.
make_dev() {
  local name numbers
  mount -t tmpfs -o mode=755 dev /dev
  mkdir /dev/pts /dev/shm /dev/mqueue
  mount -t devpts -o newinstance,ptmxmode=666 devpts /dev/pts
  mount -t mqueue mqueue /dev/mqueue
  ln -s pts/ptmx /dev/ptmx
  ln -s /proc/self/fd /dev/fd
  ln -s /proc/self/fd/0 /dev/stdin
  while read -r name numbers; do
    # shellcheck disable=SC2086 # major and minor
    mknod -m 666 "/dev/$name" c $numbers
  done <<'END'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
END
  exec </dev/null
}
