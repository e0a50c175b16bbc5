#!/usr/bin/env bats
# linux.netDevices (A-123; config-linux.md#network-devices), in network namespaces of the suite's own.
load helpers
load network

# What can be seen of a device but for its number and what comes and goes: flags, mtu, hardware
# address, master, addresses.
seen_of() {
  on_host ip -oneline link show dev "$1" | sed 's/^[0-9]*: //; s/state [A-Z]* //; s/,LOWER_UP//; s/NO-CARRIER,//'
  on_host ip -oneline address show dev "$1" scope global | sed 's/^[0-9]*: //; s/\\.*//; s/ nodad//; s/ tentative//'
}

add_device() { # NAME [ADDRESS…]
  local name=$1 address
  shift
  on_host ip link add "$name" mtu 1400 address 02:00:00:00:00:09 type veth peer name "far-$name"
  on_host ip link set "far-$name" up
  on_host ip link set "$name" up
  for address; do on_host ip address add "$address" dev "$name"; done
}

move() { update_config --argjson devices "$1" '.linux.netDevices = $devices'; }

@test "a device moves, renamed and up, with its addresses, mtu and hardware address" {
  add_device dev0 10.1.0.2/24 fd01::2/64
  on_host ip address add 10.1.0.1/24 dev far-dev0
  move '{"dev0": {"name": "eth0"}}'
  create "$ID"
  expect_equal "$(host_links)" far-dev0
  expect_equal "$(addresses_of "$ID" eth0)" '10.1.0.2/24 fd01::2/64'
  local link
  link=$(inside "$ID" ip -oneline link show eth0)
  [[ $link == *,UP,*'mtu 1400'*02:00:00:00:00:09* ]] || fail "$link"
  expect_reaches "$ID" 10.1.0.1
}

@test "one device whose name is taken meanwhile keeps no other from the host" {
  add_device dev0 10.1.0.2/24
  add_device dev1 10.2.0.2/24
  local before
  before=$(seen_of dev1)
  move '{"dev0": {}, "dev1": {}}'
  update_config --arg script 'ip link add dev0 type veth peer name other0; exit 1' \
    '.hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", $script], env: ["PATH=/usr/sbin:/sbin:/usr/bin:/bin"]}]'
  try runtime create --bundle "$BUNDLE" "$ID"
  [[ $status = 1 && $stderr == *'config.json: /linux/netDevices/dev0: back to the host: '*exists*'(EEXIST)'* ]] || fail "$status $stderr"
  expect_equal "$(seen_of dev1)" "$before"
  # The other one of that name is left as it was.
  [[ $(on_host ip -oneline address show dev dev0) != *10.1.0.2* ]] || fail 'it has got the address'
}

@test "a device keeps its name if no other is given" {
  add_device dev0 10.1.0.2/24
  move '{"dev0": {}}'
  create "$ID"
  expect_equal "$(addresses_of "$ID" dev0)" 10.1.0.2/24
}

@test "only addresses for good and for all the world go along" {
  add_device dev0 10.1.0.2/24
  on_host ip address add 10.5.0.3/24 dev dev0 scope link
  on_host ip address add fd01::3/64 dev dev0 valid_lft 1000 preferred_lft 1000
  move '{"dev0": {}}'
  create "$ID"
  expect_equal "$(inside "$ID" ip -oneline address show dev dev0 | grep -v fe80 | tr -s ' ' | cut -d' ' -f4)" 10.1.0.2/24
}

@test "a device that was down comes up" {
  add_device dev0
  on_host ip link set dev0 down
  move '{"dev0": {}}'
  create "$ID"
  [[ $(inside "$ID" ip -oneline link show dev0) == *,UP* ]]
}

@test "a bridge's port leaves the bridge" {
  add_bridge br0
  add_device dev0 10.1.0.2/24
  on_host ip link set dev0 master br0
  move '{"dev0": {"name": "eth0"}}'
  create "$ID"
  [[ $(inside "$ID" ip -oneline link show eth0) != *master* ]]
}

@test "parameters of the device can be set, and hooks find it" {
  add_device dev0
  move '{"dev0": {"name": "eth0"}}'
  printf '#!/bin/sh\nip -oneline link show eth0 | grep -c . >"%s"\n' "$BATS_TEST_TMPDIR/seen" >"$BATS_TEST_TMPDIR/hook"
  chmod +x "$BATS_TEST_TMPDIR/hook"
  update_config --arg path "$BATS_TEST_TMPDIR/hook" \
    '.linux.sysctl = {"net.ipv4.conf.eth0.forwarding": "1"} | .hooks.createContainer = [{path: $path}]'
  expect_inside 'cat /proc/sys/net/ipv4/conf/eth0/forwarding' 1
  expect_equal "$(<"$BATS_TEST_TMPDIR/seen")" 1
}

@test "into a network namespace with a path" {
  add_device dev0 10.1.0.2/24
  unshare --net sleep 1000 3>&- &
  local keeper=$!
  wait_until runs_program "$keeper" sleep
  update_config --arg path "/proc/$keeper/ns/net" '(.linux.namespaces[] | select(.type == "network")).path = $path'
  move '{"dev0": {"name": "eth0"}}'
  create "$ID"
  expect_equal "$(nsenter --net="/proc/$keeper/ns/net" ip -oneline address show dev eth0 scope global | grep -c 10.1.0.2)" 1
  kill "$keeper"
}

@test "into a network namespace that a user namespace owns" {
  add_device dev0 10.1.0.2/24
  map_ids 0 100000 65536
  chown -R 100000:100000 "$BUNDLE/rootfs"
  move '{"dev0": {"name": "eth0"}}'
  create "$ID"
  expect_equal "$(addresses_of "$ID" eth0)" 10.1.0.2/24
}

@test "an exchange of names" {
  add_device dev0 10.1.0.2/24
  on_host ip link add dev1 type veth peer name far-dev1
  move '{"dev0": {"name": "dev1"}, "dev1": {"name": "dev0"}}'
  create "$ID"
  expect_equal "$(addresses_of "$ID" dev1)" 10.1.0.2/24
}

@test "together with an interface by annotation" {
  add_bridge br0 10.1.0.1/24
  add_device dev0 10.2.0.2/24
  move '{"dev0": {"name": "eth1"}}'
  give eth0 bridge=br0,address=10.1.0.2/24
  create "$ID"
  expect_equal "$(addresses_of "$ID" eth0) $(addresses_of "$ID" eth1)" '10.1.0.2/24 10.2.0.2/24'
  runtime delete --force "$ID"
  give eth1 bridge=br0,address=10.3.0.2/24
  add_device dev0
  expect_refusal 'config.json: /annotations/dev.runtime.network.eth1: /linux/netDevices has a "eth1" too'
}

# Both are as they were, though the first had gone.
@test "when create fails every device is back, as it was" {
  add_bridge br0
  add_device dev0 10.1.0.2/24 fd01::2/64
  on_host ip link set dev0 master br0
  local before
  before=$(seen_of dev0)
  move '{"dev0": {"name": "eth0"}}'
  update_config '.process.args = ["/absent"]'
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: exec: \"/absent\": stat /absent: no such file or directory"
  expect_equal "$(seen_of dev0)" "$before"
}

@test "when the second device can't move the first is back" {
  add_device dev0 10.1.0.2/24
  on_host ip tuntap add dev tap0 mode tap
  unshare --net sleep 1000 3>&- &
  local keeper=$!
  wait_until runs_program "$keeper" sleep
  nsenter --net="/proc/$keeper/ns/net" ip link add eth1 type bridge
  update_config --arg path "/proc/$keeper/ns/net" '(.linux.namespaces[] | select(.type == "network")).path = $path'
  move '{"dev0": {"name": "eth0"}, "tap0": {"name": "eth1"}}'
  expect_refusal 'config.json: /linux/netDevices/tap0: the container has an interface "eth1" already'
  expect_equal "$(host_links)" 'dev0 far-dev0 tap0'
  expect_equal "$(on_host ip -oneline address show dev dev0 scope global | grep -c 10.1.0.2/24)" 1
  kill "$keeper"
}

# Of the machine that the suite runs on, which loses it for a while.
@test "a physical device returns to the host at delete, and when create fails" {
  [ -n "${SPARE_DEVICE:-}" ] || skip 'needs a network card to spare, $SPARE_DEVICE: the guest has one'
  move "$(jq -n '{($name): {name: "net0"}}' --arg name "$SPARE_DEVICE")"
  ip link set "$SPARE_DEVICE" up
  ip address add 10.9.0.2/24 dev "$SPARE_DEVICE"
  update_config '.process.args = ["/absent"]'
  try "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: exec: \"/absent\": stat /absent: no such file or directory"
  ip -oneline address show dev "$SPARE_DEVICE" | grep -q 10.9.0.2/24
  update_config '.process.args = ["sleep", "1000"]'
  "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID" >"$OUTPUT" 2>&1 3>&-
  expect_equal "$(addresses_of "$ID" net0)" 10.9.0.2/24
  "$RUNTIME" --root "$ROOT" delete --force "$ID"
  # The kernel returns it under the name it has by now.
  wait_until ip link show dev net0
  ip link set dev net0 name "$SPARE_DEVICE"
}

@test "a virtual device ends with its namespace" {
  add_device dev0
  move '{"dev0": {"name": "eth0"}}'
  create "$ID"
  runtime delete --force "$ID"
  expect_no_links
}

@test "bad input: one line that names the device, nothing moved" {
  add_device dev0
  local devices reason
  while IFS='#' read -r devices reason; do
    move "$devices"
    expect_refusal "config.json: /linux/netDevices$reason"
  done <<'END'
{"dev0": {}, "nope": {}}#/nope: the host has no such device
{"dev0": {}, "lo": {"name": "eth0"}}#/lo: the loopback interface can't be moved
{"dev0": {"name": "lo"}}#/dev0: lo is the container's own loopback interface
{"dev0": {"name": "abcdefghijklmnop"}}#/dev0/name: "abcdefghijklmnop" is not the name of an interface
{"dev0": {"name": "a/b"}}#/dev0/name: "a/b" is not the name of an interface
{"dev0": {"name": "far-dev0"}, "far-dev0": {}}#/far-dev0: another device is named "far-dev0" too
END
  move '{"dev0": {}}'
  update_config --arg path "/proc/$(<"$BATS_FILE_TMPDIR/host")/ns/net" \
    '(.linux.namespaces[] | select(.type == "network")).path = $path'
  expect_refusal "config.json: /linux/netDevices: the container's network namespace is the runtime's own"
  update_config 'del(.linux.namespaces[] | select(.type == "network"))'
  expect_refusal 'config.json: /linux/netDevices: needs a network namespace'
  expect_equal "$(host_links)" 'dev0 far-dev0'
}
