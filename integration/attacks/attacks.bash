# shellcheck shell=bash
# What the suites of attacks have in common: each attack is a function that runs in a throw-away
# "machine" of namespaces of its own, and after which that machine has to be as it was before.
#
# In the function, `breach` notes what should not have been possible. Each attack is made on the
# runtime, which has to withstand it; where an old release of another runtime is known to be weak, once
# more on that, which has to give way: else the test would show nothing.

load ../helpers
load ../quarantine

# How long a race is run.
export ATTACK_SECONDS=${ATTACK_SECONDS:-4}

# --- the machine -----------------------------------------------------------------------------

# withstands ATTACK [ARGUMENT…]
withstands() { expect_in_quarantine judge "$@"; }

# gives_way PEER REGEX ATTACK [ARGUMENT…]: the other runtime, and what is said of its breach.
gives_way() {
  local breach=$2
  need_peer "$1"
  shift 2
  # As the spec was when they were made.
  update_config '.ociVersion = "1.0.2"'
  quarantined judge "$@"
  remove_cgroups
  [[ $status != 0 && $verdict =~ breach:\ $breach ]] && return
  fail "status $status and no breach \"$breach\", but
$verdict"
}

# The release that was seen to be weak: a later one shows nothing.
need_peer() {
  local wanted
  case $1 in
    crun) wanted='crun version 1.8.1' ;;
    runc) wanted='runc version 1.1.5+ds1' ;;
  esac
  command -v "$1" >/dev/null || skip "$1 is not installed"
  [ "$("$1" --version | head -n 1)" = "$wanted" ] || skip "this is not $wanted"
  RUNTIME=$(command -v "$1")
}

# They leave cgroups behind.
remove_cgroups() { find /sys/fs/cgroup -depth -type d -path "*$ID*" -exec rmdir {} + 2>/dev/null || true; }

judge() {
  breached=0
  make_outside
  hide_cgroup2_from_crun
  take_as_it_is
  "$@"
  delete_containers
  retry 10 0.1 is_as_before 2>/dev/null || breach "the host has changed: $difference"
  return "$breached"
}

# A container of the runtime: it runs, or it is refused in one line. Warnings don't matter.
run_or_refuse() {
  try runtime --log /dev/null run --bundle "$BUNDLE" "$ID"
  [[ $status = 0 || $stderr = "runtime: run $ID: "* && $stderr != *$'\n'* ]] || breach "status $status: $stderr"
}

breach() {
  echo "breach: $*"
  breached=1
}

# A folder that stands for the host: no container may reach it. It has what an image's links look for.
make_outside() {
  OUTSIDE=$BATS_TEST_TMPDIR/outside
  mkdir -p "$OUTSIDE/folder"
  echo untouched | tee "$OUTSIDE/file" "$OUTSIDE/ptmx" >"$OUTSIDE/folder/file"
  # So that a change of a mount's flags would be seen.
  mount --bind "$OUTSIDE" "$OUTSIDE"
  touch -d '2020-01-01' "$OUTSIDE" "$OUTSIDE"/* "$OUTSIDE/folder/file"
}

# It can't work with the hybrid layout.
hide_cgroup2_from_crun() {
  [[ $RUNTIME != */crun ]] || ! mountpoint -q /sys/fs/cgroup/unified || umount /sys/fs/cgroup/unified
}

# Everything of the machine that an attack might change.
describe_host() {
  cut -d ' ' -f 3- /proc/self/mountinfo
  find /sys/fs/cgroup -type d -path "*$ID*"
  find "$ROOT" -mindepth 1 2>/dev/null || true
  ps -e -o comm= | grep -vxE 'bash|ps|grep|diff' || true
  sha256sum "$RUNTIME"
  stat -c '%n %i %a %u %g %Y %Z' "$RUNTIME"
  grep -s . /proc/sys/kernel/{core_pattern,modprobe,hostname,domainname,sysrq,shmmni,msgmni} \
    /proc/sys/net/ipv4/{ip_forward,ip_unprivileged_port_start} || true
  ip -brief link
  stat -c '%n %F %t:%T %a %u:%g' /dev/*
  find "$OUTSIDE" -printf '%P %y %i %m %n %U %G %s %T@ %C@\n' | sort
  find "$OUTSIDE" -type f -exec cat {} + | sort
}

# For an attack that needs something more on the host.
take_as_it_is() { before=$(describe_host); }
is_as_before() { difference=$(diff <(echo "$before") <(describe_host)); }

# --- races -----------------------------------------------------------------------------------

# race_against PATH PATH ROUND: for $ATTACK_SECONDS a container again and again, while the paths are being
# exchanged, and for each that ran the function.
race_against() {
  local swapper until=$((SECONDS + ATTACK_SECONDS)) swaps rounds=0 runs=0
  "$SWAP" "$1" "$2" >"$BATS_TEST_TMPDIR/swaps" &
  swapper=$!
  while ((SECONDS < until)); do
    run_or_refuse
    rounds=$((rounds + 1))
    if [ "$status" = 0 ]; then
      "$3"
      runs=$((runs + 1))
    fi
  done
  kill "$swapper"
  wait "$swapper" || true
  swaps=$(<"$BATS_TEST_TMPDIR/swaps")
  # Else it was no race.
  [ "$runs" -gt 0 ] && [ "$swaps" -gt $((10 * rounds)) ] ||
    breach "of $rounds containers $runs ran, with $swaps exchanges, so this shows nothing"
}
