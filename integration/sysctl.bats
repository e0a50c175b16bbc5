#!/usr/bin/env bats
# linux.sysctl (config-linux.md#sysctl; B-47, B-48).
load helpers

set_parameters() { update_config --argjson sysctl "$1" '.linux.sysctl = $sysctl'; }

@test "sysctl: values of the container's namespaces" {
  set_parameters '{"net.ipv4.ip_unprivileged_port_start": "1234", "net.ipv4.ping_group_range": "0 2147483647",
    "kernel.shmmni": "4000", "kernel.msgmax": "9000", "fs.mqueue.msg_max": "11\n", "kernel.domainname": "inside"}'
  expect_inside 'cd /proc/sys; cat net/ipv4/ip_unprivileged_port_start net/ipv4/ping_group_range kernel/shmmni \
    kernel/msgmax fs/mqueue/msg_max kernel/domainname' $'1234\n0\t2147483647\n4000\n9000\n11\ninside'
}

@test "sysctl: the host's stay as they are" {
  values() { cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/kernel/{shmmni,domainname}; }
  before=$(values)
  set_parameters '{"net.ipv4.ip_unprivileged_port_start": "1234", "kernel.shmmni": "4000", "kernel.domainname": "x"}'
  create "$ID"
  expect_equal "$(values)" "$before"
}

@test "sysctl: names with slashes" {
  set_parameters '{"net/ipv4/conf/lo/forwarding": "1", "net/ipv4/conf/default/accept_source_route": "1",
    "kernel/shmall": "12345"}'
  expect_inside 'cd /proc/sys; cat net/ipv4/conf/lo/forwarding net/ipv4/conf/default/accept_source_route kernel/shmall' \
    $'1\n1\n12345'
  # The interface isn't there, but the name is understood: one of its parts has a dot.
  set_parameters '{"net.ipv4.conf.eno2/100.forwarding": "1"}'
  expect_refusal '/linux/sysctl/net.ipv4.conf.eno2~1100.forwarding: openat2 sys/net/ipv4/conf/eno2.100/forwarding: not found (ENOENT)'
  set_parameters '{"net/ipv4/conf/eno2.100/forwarding": "1"}'
  expect_refusal '/linux/sysctl/net~1ipv4~1conf~1eno2.100~1forwarding: openat2 sys/net/ipv4/conf/eno2.100/forwarding: not found (ENOENT)'
}

@test "sysctl: whatever the image has for a /proc" {
  set_parameters '{"kernel.shmmni": "4001"}'
  update_config '.mounts |= map(select(.destination != "/proc"))'
  # A file of the image's: were it written to, it would change.
  mkdir -p "$BUNDLE/rootfs/proc/sys/kernel"
  echo image >"$BUNDLE/rootfs/proc/sys/kernel/shmmni"
  expect_inside 'cat /proc/sys/kernel/shmmni' image
}

# What Podman makes of --pid=host with --uidmap: there the kernel makes no procfs.
share_processes() {
  map_ids 0 100000 65536
  update_config '.mounts[0] = {destination: "/proc", source: "/proc", options: ["rbind", "nosuid"]} |
    .linux.namespaces |= map(select(.type != "pid"))'
}

@test "sysctl: in a user namespace that has no processes of its own" {
  share_processes
  set_parameters '{"net.ipv4.ip_unprivileged_port_start": "1234"}'
  before=$(</proc/sys/net/ipv4/ip_unprivileged_port_start)
  expect_inside 'cat /proc/sys/net/ipv4/ip_unprivileged_port_start' 1234
  expect_equal "$(</proc/sys/net/ipv4/ip_unprivileged_port_start)" "$before"
}

@test "sysctl: not into what covers a part of the host's procfs" {
  share_processes
  set_parameters '{"net.ipv4.ip_unprivileged_port_start": "1234"}'
  mkdir -p "$BATS_TEST_TMPDIR/cover/ipv4"
  echo covered >"$BATS_TEST_TMPDIR/cover/ipv4/ip_unprivileged_port_start"
  chmod -R a+rwX "$BATS_TEST_TMPDIR/cover"
  # shellcheck disable=SC2016 # expanded by the inner shell
  try unshare --mount --propagation private sh -ec 'mount --bind "$1" /proc/sys/net; shift; exec "$@"' sh \
    "$BATS_TEST_TMPDIR/cover" "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: /linux/sysctl/net.ipv4.ip_unprivileged_port_start: openat2 sys/net/ipv4/ip_unprivileged_port_start: leads outside (EXDEV)"
  expect_equal "$(<"$BATS_TEST_TMPDIR/cover/ipv4/ip_unprivileged_port_start")" covered
}

@test "sysctl: for a user without privileges, /proc/sys read-only" {
  set_parameters '{"net.ipv4.ip_unprivileged_port_start": "1"}'
  update_config '.process.user = {uid: 1000, gid: 1000} | .root.readonly = true | .linux.readonlyPaths += ["/proc/sys"]'
  expect_inside 'cat /proc/sys/net/ipv4/ip_unprivileged_port_start; grep CapEff /proc/self/status' \
    $'1\nCapEff:\t0000000000000000'
}

@test "sysctl: what the kernel doesn't know or take" {
  set_parameters '{"net.ipv4.no_such": "1"}'
  expect_refusal '/linux/sysctl/net.ipv4.no_such: openat2 sys/net/ipv4/no_such: not found (ENOENT)'
  set_parameters '{"kernel.shmmni": "many"}'
  expect_refusal '/linux/sysctl/kernel.shmmni: write "many": Invalid argument (EINVAL)'
  set_parameters '{"kernel.shmmni": ""}'
  expect_refusal '/linux/sysctl/kernel.shmmni: write "": Invalid argument (EINVAL)'
  set_parameters '{"kernel.shmmni": "1 2"}'
  expect_refusal '/linux/sysctl/kernel.shmmni: the kernel took only a part of "1 2"'
  set_parameters '{"net.ipv4.conf.all": "1"}'
  expect_refusal '/linux/sysctl/net.ipv4.conf.all: openat2 sys/net/ipv4/conf/all: it is a folder (EISDIR)'
}

@test "sysctl: what the host would feel, before anything is made" {
  while IFS='#' read -r parameters text; do
    set_parameters "$parameters"
    expect_refusal "config.json: /linux/sysctl/$text"
  done <<'EOF'
{"kernel.core_pattern": "|/x"}#kernel.core_pattern: belongs to no namespace, the host would change
{"kernel/core_pattern": "|/x"}#kernel~1core_pattern: belongs to no namespace, the host would change
{"net/../kernel/core_pattern": "x"}#net~1..~1kernel~1core_pattern: not the name of a kernel parameter
{"kernel.hostname": "x"}#kernel.hostname: is set with /hostname
{"kernel.domainname": "a\nb"}#kernel.domainname: the value has several lines
EOF
  set_parameters '{"net.ipv4.ip_forward": "1"}'
  update_config '.linux.namespaces |= map(select(.type != "network"))'
  expect_refusal 'config.json: /linux/sysctl/net.ipv4.ip_forward: needs a namespace of type network'
}
