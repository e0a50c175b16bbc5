#!/usr/bin/env bats
# The experiment of the SANS guide (P-10): a Debian tree as system container, with systemd inside, under
# SELinux. In the guest alone, whose image has the tree: integration/vm/run selinux.
#
# The suite boots it once; the tests look at it and, by its console, from within it, one after the other. What
# they see they show as comments.
load helpers

TREE=/var/lib/containers/debian

is_guest() { [ -d "$TREE/etc" ] && [ -e /sys/fs/selinux/enforce ]; }

setup_file() {
  is_guest || return 0
  prepare_bundle
  add_services
  share_names
  make_bundles
  ip link add br0 type bridge
  ip address add 10.1.0.1/24 dev br0
  ip link set br0 up
  dmesg -C
  boot
}

# One that wants more memory than there is, and one with all the walls that systemd has.
add_services() {
  printf '[Service]\nType=oneshot\nExecStart=/usr/bin/dd if=/dev/zero of=/dev/null bs=300M count=1\n' >"$TREE/etc/systemd/system/greedy.service"
  cat >"$TREE/etc/systemd/system/hardened.service" <<'END'
[Service]
Type=oneshot
ExecStart=/usr/bin/true
DynamicUser=yes
StateDirectory=hardened
PrivateTmp=yes
PrivateDevices=yes
PrivateIPC=yes
PrivateNetwork=yes
PrivateUsers=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RestrictNamespaces=yes
SystemCallFilter=@system-service
END
}

share_names() {
  BUNDLE=$BATS_FILE_TMPDIR/bundle
  ROOT=$BATS_FILE_TMPDIR/root
  SCREEN=$BATS_FILE_TMPDIR/screen
  ID=system-z
}

# The plain one that `prepare_bundle` made, with a label; and the system's.
make_bundles() {
  update_config '.process.args = ["sleep", "1000"] | .annotations["dev.runtime.selinux"] = "auto"'
  cp "$BATS_FILE_TMPDIR/busybox" "$BUNDLE/rootfs/bin/busybox"
  mkdir "$BATS_FILE_TMPDIR/system"
  runtime spec --bundle "$BATS_FILE_TMPDIR/system"
  BUNDLE=$BATS_FILE_TMPDIR/system
  jq -f "$BATS_TEST_DIRNAME/../docs/examples/system-container.jq" "$BUNDLE/config.json" | replace_config
  update_config --arg tree "$TREE" '.root.path = $tree | .hostname = "debian" | .process.env += ["TERM=dumb"] |
    .linux.resources.memory = {limit: 134217728, swap: 134217728} |
    .annotations["dev.runtime.network.eth0"] = "bridge=br0,address=10.1.0.2/24,peer=system0"'
  local file
  for file in /etc/subuid /etc/subgid; do echo runtime:10000000:655360 >>"$file"; done
}

boot() {
  mkfifo "$BATS_FILE_TMPDIR/keys"
  # Both ends, so that it is never at its end.
  "${RECEIVE_CONSOLE:?}" + "$BATS_FILE_TMPDIR/console" "$BATS_FILE_TMPDIR/report" <>"$BATS_FILE_TMPDIR/keys" >"$SCREEN" 2>&1 3>&- &
  echo "$!" >"$BATS_FILE_TMPDIR/receiver"
  wait_until test -S "$BATS_FILE_TMPDIR/console"
  runtime run --detach --bundle "$BUNDLE" --console-socket "$BATS_FILE_TMPDIR/console" "$ID" 3>&-
}

teardown_file() {
  is_guest || return 0
  share_names
  BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR delete_containers
  kill "$(<"$BATS_FILE_TMPDIR/receiver")"
  ip link delete br0
}

setup() {
  is_guest || skip 'there is no Debian tree, or no SELinux (integration/vm/run selinux boots a guest with both)'
  share_names
}

# After each test: so far nothing was refused.
teardown() {
  is_guest || return 0
  expect_equal "$(dmesg | grep 'avc: *denied' || true)" '' 'refused by SELinux'
}

show() { sed 's/^/# /' >&3; }

# For two minutes.
wait_long() { retry 120 1 "$@" || fail "$(tail -n 20 "$SCREEN")"; }

# Whether the console shows it, after so many bytes.
shows() { tail -c "+$((${2-0} + 1))" "$SCREEN" | grep -aq -- "$1"; }

# ask LINE: what the shell on the console answers. Its echo of the line isn't taken for the end.
ask() {
  local before
  before=$(wc -c <"$SCREEN")
  printf '%s; echo "<"done">"\r' "$1" >"$BATS_FILE_TMPDIR/keys"
  wait_long shows '^<done>' "$before"
  tail -c "+$((before + 1))" "$SCREEN" | tr -d '\r' | sed '1d; /^<done>/,$d'
}

# The host's view of a container's init.
pid_of() { state_of "$1" pid; }
label_of() { tr -d '\0' <"/proc/$(pid_of "$1")/attr/current"; }
links() { ip -oneline link | cut -d' ' -f2 | tr -d ':' | sort | tr '\n' ' '; }

@test "system container: boots to a login prompt on its console" {
  wait_long shows '^debian login: '
  grep -aE 'Detected|Welcome|Reached target .*(multi-user|getty)|debian login: ' "$SCREEN" | tr -d '\r' | show
}

@test "system container: root logs in, and the system is well" {
  printf 'root\r' >"$BATS_FILE_TMPDIR/keys"
  wait_long shows '^root@debian:'
  expect_equal "$(ask 'systemctl is-system-running --wait; systemctl --failed --no-legend')" running
  ask 'systemctl is-system-running; id; uname -n' | show
}

@test "system container: a service behind all of systemd's walls" {
  expect_equal "$(ask 'systemctl start hardened || journalctl -u hardened -n 20 --no-pager -o cat; systemctl show --value -p Result hardened')" success
}

@test "system container: init is process 1 inside and another outside" {
  expect_equal "$(ask 'cat /proc/1/comm; readlink /proc/1/exe')" $'systemd\n/usr/lib/systemd/systemd'
  expect_equal "$(grep NSpid "/proc/$(pid_of "$ID")/status")" $'NSpid:\t'"$(pid_of "$ID")"$'\t1'
  [ "$(pid_of "$ID")" != 1 ]
  expect_equal "$(ask 'tr -s " " </proc/self/uid_map')" ' 0 10000000 65536'
  grep -E '^(Name|NSpid|Uid)' "/proc/$(pid_of "$ID")/status" | show
}

@test "system container: who enters is where its init is, as root there, with its label" {
  # Its own cgroup hands controllers on, and lets no process in. By a pipe, since the policy lets it write
  # to no file of ours.
  local said
  said=$(runtime exec "$ID" sh -c 'id -u; cut -d: -f3 /proc/self/cgroup; tr -d "\000" </proc/self/attr/current; echo' 2>&1)
  show <<<"$said"
  expect_equal "$said" "0
$(ask 'cut -d: -f3 /proc/1/cgroup')
$(label_of "$ID")"
  expect_equal "$(runtime exec "$ID" systemctl is-system-running 2>&1)" running
}

@test "system container: its processes have its label, and another container's other categories" {
  runtime run --detach --bundle "$BATS_FILE_TMPDIR/bundle" other 3>&- </dev/null >/dev/null 2>&1
  wait_until runs_program "$(pid_of other)" sleep
  [[ $(label_of "$ID") =~ ^system_u:system_r:system_container_t:s0:(c[0-9]+,c[0-9]+)$ ]] || fail "$(label_of "$ID")"
  local own=${BASH_REMATCH[1]}
  [[ $(label_of other) =~ ^system_u:system_r:container_t:s0:(c[0-9]+,c[0-9]+)$ ]] || fail "$(label_of other)"
  [ "$own" != "${BASH_REMATCH[1]}" ]
  ps -eZ | grep -E 'LABEL|container_t' | show
  runtime list | show
  # Each of them, be it ever so far from init.
  expect_equal "$(runtime ps "$ID" -eZ | sed 1d | cut -d" " -f1 | sort -u)" "$(label_of "$ID")"
  expect_equal "$(ask 'cat /proc/self/attr/current | tr -d "\000"; echo')" "$(label_of "$ID")"
  # One more that comes from without.
  expect_equal "$(runtime exec "$ID" cat /proc/self/attr/current 2>&1 3>&- | tr -d '\0')" "$(label_of "$ID")"
  runtime delete --force other
}

@test "system container: its interface is there inside, and its other end on the host" {
  [[ $(links) == *' system0@'* ]] || fail "$(links)"
  [[ $(ask 'ip -color=never -oneline -4 address show dev eth0') == *' 10.1.0.2/24 '* ]]
  ip -brief link show master br0 | show
  ask 'ip -color=never -brief address' | show
  busybox ping -c 1 -W 2 10.1.0.2 | show
}

@test "system container: its memory is limited, and who wants more is killed" {
  expect_equal "$(ask 'cat /sys/fs/cgroup/memory.max')" 134217728
  ask 'systemctl start greedy' | show
  expect_equal "$(ask 'systemctl show --value -p Result greedy')" oom-kill
  local line
  line=$(dmesg | grep 'Memory cgroup out of memory: Killed process .*(dd)')
  show <<<"$line"
  ask 'systemctl reset-failed; systemctl is-system-running' | show
  has_status "$ID" running
}

@test "system container: SIGRTMIN+4 is what it powers off at, and nothing is left of it" {
  local cgroup
  cgroup=/sys/fs/cgroup$(sed -n 's,^0::\(/[^/]*\).*,\1,p' "/proc/$(pid_of "$ID")/cgroup")
  [ -d "$cgroup" ]
  runtime kill "$ID" RTMIN+4
  wait_long has_status "$ID" stopped
  shows 'Powering off'
  runtime delete "$ID"
  [[ $(links) != *system0* ]] || fail "$(links)"
  [ ! -e "$cgroup" ]
  expect_equal "$(find "$ROOT" /run/runtime-{categories,ids,network} -mindepth 1)" '' 'left over'
  expect_equal "$(grep -c "$BATS_FILE_TMPDIR" /proc/self/mountinfo || true)" 0 mounts
}
