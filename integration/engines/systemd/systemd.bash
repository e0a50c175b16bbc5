# shellcheck shell=bash
# What these suites have in common. They run engines as packages install them: by their units, with their
# files in /etc, and with their defaults, which are systemd's cgroups in a hierarchy of v2 alone. So they
# change the machine, and run nowhere but in the guest: integration/vm/run engines.

load ../engines

needs_guest() {
  [ -x /usr/local/sbin/vm-tests ] || skip 'this is not the guest of integration/vm (integration/vm/run engines boots it)'
  needs runc "$@"
}

# By another manager than the machine's: MANAGER=(--user --machine USER@.host).
MANAGER=()
manager() { systemctl "${MANAGER[@]}" "$@"; }

without_ids() { sed -E 's/[0-9a-f]{64}/ID/g'; }
cgroup_of() { sed -n 's/^0:://p' "/proc/$1/cgroup"; }

# limits_of PID: the process's cgroup, what holds there, and what systemd knows of its unit; but for swap, of
# which runc doesn't tell it that there is to be none.
limits_of() {
  local cgroup
  cgroup=$(cgroup_of "$1")
  without_ids <<<"$cgroup"
  (cd "/sys/fs/cgroup$cgroup" && grep . memory.max memory.swap.max cpu.max pids.max)
  manager show --property Slice,ActiveState,Delegate,MemoryMax,CPUQuotaPerSecUSec,TasksMax \
    "${cgroup##*/}" | without_ids
}
is_frozen() { grep frozen "/sys/fs/cgroup$(cgroup_of "$1")/cgroup.events"; }

# The container web, with this as its first process, pauses.
pauses() {
  "$ENGINE" pause web; ended
  is_frozen "$1"
  "$ENGINE" unpause web; ended
  is_frozen "$1"
}

# out_of_memory UNITS: a program that init starts wants too much; in a slice of the caller's choice.
out_of_memory() {
  with_container --memory 16m --memory-swap 16m --cgroupns host --cgroup-parent box-mine.slice box \
    sh -c 'cat /proc/self/cgroup; dd if=/dev/zero of=/dev/null bs=64M count=1; echo "dd $?"; exit 3'
  "$ENGINE" wait web
  "$ENGINE" logs web | without_ids
  "$ENGINE" inspect web --format '{{.State.ExitCode}}'
  gone
  no_units "$1"
}

# no_units PATTERN…: systemd forgets a unit a moment after its end, if it ended well.
no_units() { wait_until is_no_unit "$@"; ended; }
is_no_unit() { [ -z "$(manager list-units --all --plain --no-legend "$@")" ]; }
