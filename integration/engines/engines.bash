# shellcheck shell=bash
# What the suites of engines have in common: an image, and each scenario once with the runtime and once
# with Debian's runc, which is to come out the same.
#
# A scenario is a function that says what it sees on its standard output. It finds the runtime to be
# used in $ENGINE_RUNTIME.

bats_require_minimum_version 1.5.0
load "${BASH_SOURCE[0]%/*}/../retry"
: "${RUNTIME:=$(command -v runtime || true)}"

needs() {
  local program
  [ "$EUID" = 0 ] || skip 'needs root'
  [ -x "$RUNTIME" ] || fail 'RUNTIME is no executable'
  for program; do
    command -v "$program" >/dev/null || skip "$program is not installed"
  done
}

# The one that scripts/fetch-criu gets, which engines, shims and runtimes find by PATH.
[ ! -x "$BATS_TEST_DIRNAME/../../build/criu/criu" ] || PATH=$(cd "$BATS_TEST_DIRNAME/../../build/criu" && pwd):$PATH
needs_criu() {
  criu --version >/dev/null 2>&1 && criu check >/dev/null 2>&1 ||
    skip 'no criu that works on this kernel (scripts/fetch-criu gets one)'
}

# A script that counts in /tmp/count, and whether it is beyond a number: counts_beyond NUMBER COMMAND…,
# the command being an exec into it.
# shellcheck disable=SC2034 # for the suites
COUNTER='i=0; while :; do i=$((i + 1)); echo $i >/tmp/count.new; mv /tmp/count.new /tmp/count; sleep 0.05; done'
counts_beyond() {
  local least=$1 count
  shift
  count=$("$@" cat /tmp/count 2>/dev/null) && [ "${count:-0}" -gt "$least" ]
}

# The image's files: busybox and the users that tests name.
make_image_root() {
  mkdir -p "$1"/{bin,dev,etc,home/user,proc,root,sys,tmp,var/tmp}
  chmod 1777 "$1/tmp"
  cp /bin/busybox "$1/bin/busybox"
  local applet
  for applet in cat chmod cut dd df echo env false grep head hostname id ip kill ln ls mkdir mount mv nproc ps \
    pwd readlink rm sed seq sh sleep sort stat stty tail tee touch tr true tty umount uname wc; do
    ln -s busybox "$1/bin/$applet"
  done
  printf '%s\n' root:x:0:0:root:/root:/bin/sh user:x:1000:1000:user:/home/user:/bin/sh >"$1/etc/passwd"
  printf '%s\n' root:x:0: tty:x:5: user:x:1000: >"$1/etc/group"
}

# Says how the last command ended.
ended() { echo "status $?"; }

# For 20 seconds.
wait_until() { retry 200 0.1 "$@"; }

# on_terminal LINE: what a command line says on a terminal; ends as it does.
on_terminal() {
  script -qec "$1" /dev/null </dev/null | without_terminal
  return "${PIPESTATUS[0]}"
}

# What the engine makes of a program's end and of programs that can't be run, in the image box.
ends_of_programs() {
  in_box box sh -c 'echo out; echo err >&2; exit 7'; ended
  in_box box nosuch; ended
  in_box box /bin/nosuch; ended
  in_box box /etc/passwd; ended
  in_box box /etc; ended
  in_box box sh -c 'kill -9 $$'; ended
  echo input | in_box --interactive box cat; ended
}

# says_the_same SCENARIO: with the runtime what it says with runc. The difference, and the error output, if not.
says_the_same() {
  local name
  for name in runtime runc; do
    # shellcheck disable=SC2034 # for the scenario
    ENGINE_RUNTIME=$([ $name = runc ] && command -v runc || echo "$RUNTIME")
    ("$1" || true) >"$BATS_TEST_TMPDIR/$name.said" 2>"$BATS_TEST_TMPDIR/$name.errors" 3>&- </dev/null
  done
  [ -s "$BATS_TEST_TMPDIR/runc.said" ] || {
    fail "the scenario says nothing with runc: $(<"$BATS_TEST_TMPDIR/runc.errors")"
    return
  }
  diff -u --label runc --label runtime "$BATS_TEST_TMPDIR/runc.said" "$BATS_TEST_TMPDIR/runtime.said" ||
    fail "with the runtime: $(<"$BATS_TEST_TMPDIR/runtime.errors")
with runc: $(<"$BATS_TEST_TMPDIR/runc.errors")"
}

# How all ended with the runtime in the last scenario.
endings() { sed -n '/^status /p' "$BATS_TEST_TMPDIR/runtime.said"; }

# same_as_runc SCENARIO: it says the same. On a busy machine engines lose what a short program says, with any runtime
# (docker run of an echo beside six endless loops: 7 of 250 with ours, 3 of 250 with runc; Podman's, if conmon has
# read it before it takes the connection), and runc can't freeze at times. So after a difference, which is told, it
# has to be the same in three runs of five more; and with the runtime all has to end in the same way each time.
same_as_runc() {
  local first last ends same=0
  first=$(says_the_same "$1" 2>&1) && return
  ends=$(endings)
  for _ in {1..5}; do
    if last=$(says_the_same "$1" 2>&1); then same=$((same + 1)); fi
    [ "$(endings)" = "$ends" ] || break
    [ $same -lt 3 ] || {
      printf '# note: differed from runc, and then not: %s: %s\n' "$BATS_TEST_DESCRIPTION" "$(tr '\n' '|' <<<"$first")" >&3
      return
    }
  done
  fail "first: $first
last: $last"
}

# The block of docs/engines.md with that name above it, with this executable for the example's.
documented() {
  sed -n "/^<!-- $1 -->\$/,/^\`\`\`\$/p" "${BASH_SOURCE[0]%/*}/../../docs/engines.md" | grep -v '^```\|^<!--' |
    sed "s,/usr/bin/runtime,$RUNTIME,g"
}

# The cgroup that containers had as their parent, which engines leave, and conmon's in it.
remove_parent_cgroup() { rmdir /sys/fs/cgroup/*/"$1"/conmon /sys/fs/cgroup/*/"$1" 2>/dev/null || true; }
