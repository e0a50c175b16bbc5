#!/usr/bin/env bats
# dev.runtime.network.*: interfaces of a container by annotation (P-24, P-25, F-01), with traffic in
# network namespaces of the suite's own.
load helpers
load network

@test "a veth: address, default route and gateway, before the program starts" {
  add_bridge br0 10.1.0.1/24
  attach "$ID" bridge=br0,address=10.1.0.2/24,gateway=10.1.0.1
  expect_equal "$(addresses_of "$ID" eth0)" 10.1.0.2/24
  expect_equal "$(inside "$ID" ip route show default)" 'default via 10.1.0.1 dev eth0 '
  expect_reaches "$ID" 10.1.0.1
  on_host busybox ping -c 1 -W 1 10.1.0.2
}

# talk FROM TO ADDRESS: a line over TCP, between `on_host` and `inside ID` as given.
listens() { $1 sh -c 'ss -Hltn sport = 7000 | grep -q .'; }
talk() {
  local family=4
  [[ $3 != *:* ]] || family=6
  $2 timeout 20 socat "TCP$family-LISTEN:7000,bind=$3" SYSTEM:'echo heard' 3>&- &
  wait_until listens "$2"
  expect_equal "$($1 timeout 5 socat -u "TCP$family:$3:7000" -)" heard "to $3"
  wait "$!"
}

@test "a veth carries TCP, both ways" {
  add_bridge br0 10.1.0.1/24 fd01::1/64
  attach "$ID" bridge=br0,address=10.1.0.2/24,address=fd01::2/64,gateway=10.1.0.1,gateway=fd01::1
  talk "inside $ID" on_host 10.1.0.1
  talk on_host "inside $ID" 10.1.0.2
  talk "inside $ID" on_host '[fd01::1]'
  talk on_host "inside $ID" '[fd01::2]'
}

@test "IPv6 can be used at once, without waiting for duplicates" {
  add_bridge br0 fd01::1/64
  give_only eth0 bridge=br0,address=fd01::2/64,gateway=fd01::1
  set_script 'ip -6 addr show eth0 | grep -c "fd01::2.*tentative"; ip -6 route | grep ^default'
  try runtime run --bundle "$BUNDLE" "$ID"
  expect_outcome 0 $'0\ndefault via fd01::1 dev eth0  metric 1024 ' ''
}

@test "name, hardware address, mtu, host's end and routes as asked for" {
  add_bridge br0 10.1.0.1/24
  give_only net0 'bridge=br0,peer=web-out,mac=02:00:00:00:00:07,mtu=1400,address=10.1.0.2/24,route=10.9.0.0/16 via 10.1.0.9,route=10.8.0.0/16'
  create "$ID"
  expect_equal "$(inside "$ID" ip -oneline link show net0 | grep -o 'mtu [0-9]*')" 'mtu 1400'
  expect_equal "$(inside "$ID" cat /sys/class/net/net0/address 2>/dev/null || inside "$ID" ip -oneline link show net0 | grep -o '02:00:00:00:00:07')" 02:00:00:00:00:07
  expect_equal "$(inside "$ID" ip route show | sort | tr -s ' ')" $'10.1.0.0/24 dev net0 proto kernel scope link src 10.1.0.2 \n10.8.0.0/16 dev net0 scope link \n10.9.0.0/16 via 10.1.0.9 dev net0 '
  expect_equal "$(host_links)" 'br0 web-out'
  local peer
  peer=$(on_host ip -details -oneline link show web-out)
  [[ $peer == *'mtu 1400'*'master br0'*"alias runtime: $ID"* ]] || fail "$peer"
}

@test "an address by itself, and none at all" {
  add_bridge br0
  give_only eth0 bridge=br0
  create "$ID"
  expect_equal "$(addresses_of "$ID" eth0)" ''
  expect_equal "$(inside "$ID" ip route)" ''
}

@test "in a network of two there is no broadcast, and a gateway may have its address" {
  add_bridge br0 192.168.1.255/31
  attach "$ID" bridge=br0,address=192.168.1.254/31,gateway=192.168.1.255
  expect_equal "$(addresses_of "$ID" eth0)" 192.168.1.254/31
  expect_equal "$(inside "$ID" ip -4 route show table local type broadcast dev eth0)" ''
  expect_reaches "$ID" 192.168.1.255
}

@test "what init complains of is told, and not what it kept from being furnished" {
  add_bridge br0
  local i
  # So many that init is on its way out while some are still being made.
  give_only eth0 bridge=br0,address=10.1.0.2/24
  for i in {1..5}; do give "eth$i" "bridge=br0,address=10.1.$i.2/24"; done
  add_mounts <<<'/x nonsense - -'
  for _ in {1..30}; do expect_refusal 'mounts[7] /x (nonsense): unknown filesystem type "nonsense"'; done
}

@test "ports that aren't isolated reach each other, isolated ones the gateway only" {
  add_bridge br0 10.1.0.1/24 fd01::1/64
  attach "$ID-a" bridge=br0,address=10.1.0.11/24,address=fd01::11/64,isolated
  attach "$ID-b" bridge=br0,address=10.1.0.12/24,address=fd01::12/64,isolated
  attach "$ID-c" bridge=br0,address=10.1.0.13/24,address=fd01::13/64
  attach "$ID-d" bridge=br0,address=10.1.0.14/24,address=fd01::14/64
  local network
  for network in 10.1.0. fd01::; do
    expect_reaches "$ID-a" "${network}1"
    expect_reaches "$ID-b" "${network}1"
    expect_reaches "$ID-c" "${network}14"
    expect_reaches "$ID-a" "${network}13"
    expect_unreachable "$ID-a" "${network}12"
    expect_unreachable "$ID-b" "${network}11"
  done
}

@test "locked: a frame with another source address is dropped" {
  add_bridge br0 10.1.0.1/24
  local id
  attach "$ID-open" bridge=br0,address=10.1.0.2/24
  attach "$ID-locked" bridge=br0,address=10.1.0.3/24,locked
  for id in "$ID-open" "$ID-locked"; do
    expect_reaches "$id" 10.1.0.1
    inside "$id" ip link set eth0 address 02:00:00:00:00:66
    on_host ip neighbour flush dev br0
  done
  expect_reaches "$ID-open" 10.1.0.1
  expect_unreachable "$ID-locked" 10.1.0.1
}

# A configuration BPDU of 802.1D, to the bridges' group.
send_bpdu() {
  inside "$1" python3 -c '
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
source = bytes.fromhex("020000000001")
s.send(bytes.fromhex("0180c2000000") + source + (38).to_bytes(2, "big") + bytes.fromhex("424203") + bytes(35) + bytes(8))'
}

port_state() { on_host bridge link show dev "$1" | grep -o 'state [a-z]*'; }
has_port_state() { [ "$(port_state "$1")" = "state $2" ]; }

@test "guard: a port that speaks the bridges' protocol is shut down" {
  add_bridge br0
  on_host ip link set br0 type bridge stp_state 1 forward_delay 200
  attach "$ID-open" bridge=br0,peer=open,address=10.1.0.2/24
  attach "$ID-guarded" bridge=br0,peer=guarded,address=10.1.0.3/24,guard
  wait_until has_port_state open forwarding
  wait_until has_port_state guarded forwarding
  send_bpdu "$ID-open"
  send_bpdu "$ID-guarded"
  wait_until has_port_state guarded disabled
  [ "$(port_state open)" != 'state disabled' ]
}

need_vlans() {
  on_host ip link add probe type bridge vlan_filtering 1 2>/dev/null ||
    skip 'this kernel filters no VLANs (CONFIG_BRIDGE_VLAN_FILTERING): the guest does'
  on_host ip link delete probe
}

@test "vlan: 10 and 20 are apart on one bridge, equal ones together" {
  need_vlans
  add_bridge br0
  on_host ip link set br0 type bridge vlan_filtering 1
  attach "$ID-a" bridge=br0,vlan=10,address=10.1.0.2/24,address=fd01::2/64
  attach "$ID-b" bridge=br0,vlan=10,address=10.1.0.3/24,address=fd01::3/64
  attach "$ID-c" bridge=br0,vlan=20,address=10.1.0.4/24,address=fd01::4/64
  attach "$ID-d" bridge=br0,address=10.1.0.5/24,address=fd01::5/64
  local network
  for network in 10.1.0. fd01::; do
    expect_reaches "$ID-a" "${network}3"
    expect_reaches "$ID-b" "${network}2"
    expect_unreachable "$ID-a" "${network}4"
    expect_unreachable "$ID-c" "${network}2"
    expect_unreachable "$ID-d" "${network}2"
  done
}

@test "vlan: a port is in no other, and its router is reached by the trunk" {
  need_vlans
  add_bridge br0
  on_host ip link set br0 type bridge vlan_filtering 1
  on_host bridge vlan add dev br0 vid 10 self
  on_host ip link add link br0 name br0.10 type vlan id 10
  on_host ip link set br0.10 up
  on_host ip address add 10.1.0.1/24 dev br0.10
  attach "$ID-a" bridge=br0,peer=a,vlan=10,address=10.1.0.2/24,gateway=10.1.0.1,locked
  attach "$ID-b" bridge=br0,peer=b,vlan=20,address=10.1.0.3/24,gateway=10.1.0.1
  expect_equal "$(on_host bridge -json vlan show dev a | jq -c '[.[].vlans[] | [.vlan, .flags]]')" '[[10,["PVID","Egress Untagged"]]]'
  expect_reaches "$ID-a" 10.1.0.1
  expect_unreachable "$ID-b" 10.1.0.1
}

@test "vlan: each has addresses of its own" {
  need_vlans
  attach "$ID-a" bridge=rt0,create,vlan=10,address=auto:10.1.0.0/24,gateway=10.1.0.1
  attach "$ID-b" bridge=rt0,create,vlan=20,address=auto:10.1.0.0/24,gateway=10.1.0.1
  attach "$ID-c" bridge=rt0,create,vlan=20,address=10.1.0.3/24
  expect_equal "$(addresses_of "$ID-a" eth0) $(addresses_of "$ID-b" eth0)" '10.1.0.2/24 10.1.0.2/24'
  expect_refusal "config.json: /annotations/dev.runtime.network.eth0: address: 10.1.0.3@20 belongs to the container in $ROOT/$ID-c"
  expect_reaches "$ID-b" 10.1.0.3
  expect_unreachable "$ID-a" 10.1.0.3
  # The bridge is in none of them.
  expect_equal "$(on_host ip -oneline address show dev rt0 scope global)" ''
}

@test "vlan: a bridge of ours begins to filter when the first container asks for it" {
  need_vlans
  attach "$ID-a" bridge=rt0,create,address=10.1.0.2/24,gateway=10.1.0.1
  attach "$ID-b" bridge=rt0,create,vlan=10,address=10.2.0.2/24
  attach "$ID-c" bridge=rt0,create,vlan=20,address=10.2.0.3/24
  expect_reaches "$ID-a" 10.1.0.1
  expect_unreachable "$ID-b" 10.2.0.3
}

@test "vlan: a kernel that can't is said to" {
  ! on_host ip link add probe type bridge vlan_filtering 1 2>/dev/null || skip 'this kernel filters VLANs'
  give_only eth0 bridge=rt0,create,vlan=10
  expect_refusal 'config.json: /annotations/dev.runtime.network.eth0: bridge: the kernel does not filter VLANs (CONFIG_BRIDGE_VLAN_FILTERING)'
  expect_equal "$(host_links)" ''
}

@test "auto: the lowest that is free, and those of the dead are given again" {
  add_bridge br0 10.1.0.1/29
  local words=bridge=br0,address=auto:10.1.0.0/29,gateway=10.1.0.3 n
  for n in 1 2 3 4; do attach "$ID-$n" "$words"; done
  # .1 is the bridge's, .3 the gateway's, .7 everybody's.
  expect_equal "$(for n in 1 2 3 4; do echo "$(addresses_of "$ID-$n" eth0)"; done)" \
    $'10.1.0.2/29\n10.1.0.4/29\n10.1.0.5/29\n10.1.0.6/29'
  expect_refusal 'config.json: /annotations/dev.runtime.network.eth0: address: none of 10.1.0.0/29 is free'
  runtime delete --force "$ID-2"
  create "$ID"
  expect_equal "$(addresses_of "$ID" eth0)" 10.1.0.4/29
}

@test "auto: beside the interface's other addresses" {
  add_bridge br0
  attach "$ID" bridge=br0,address=10.1.0.1/24,address=auto:10.1.0.0/24,address=auto:10.1.0.0/24
  expect_equal "$(addresses_of "$ID" eth0)" '10.1.0.1/24 10.1.0.2/24 10.1.0.3/24'
}

@test "auto: an address that can't be noted is not kept" {
  needs_strace
  add_bridge br0
  give_only eth0 bridge=br0,address=auto:10.1.0.0/24
  try on_host strace -qq -o /dev/null -e trace=linkat -e inject=linkat:error=ENOSPC \
    "$RUNTIME" --root "$ROOT" create --bundle "$BUNDLE" "$ID"
  expect_error "create $ID: config.json: /annotations/dev.runtime.network.eth0: link 10.1.0.1: No space left on device (ENOSPC)"
  expect_equal "$(on_host find /run/runtime-network -type f ! -name lock)" ''
}

@test "auto: IPv6, and one for each family" {
  add_bridge br0
  attach "$ID-1" bridge=br0,address=auto:fd01::/64,address=auto:10.1.0.0/24
  attach "$ID-2" bridge=br0,address=auto:fd01::/64,address=auto:10.1.0.0/24
  expect_equal "$(addresses_of "$ID-1" eth0) $(addresses_of "$ID-2" eth0)" \
    '10.1.0.1/24 fd01::1/64 10.1.0.2/24 fd01::2/64'
  expect_reaches "$ID-1" fd01::2
}

@test "auto: 50 at once have 50 addresses" {
  add_bridge br0 10.1.0.1/24
  give_only eth0 bridge=br0,address=auto:10.1.0.0/24,gateway=10.1.0.1
  create_numbered() { runtime create --bundle "$BUNDLE" "$ID-$BASHPID"; }
  race 50 create_numbered
  expect_equal "$stderr" ''
  expect_equal "$(on_host ip -oneline link show type veth | wc -l)" 50
  expect_equal "$(runtime network ls --format json | jq -c '[.[].attachment.addresses[]] | [length, (unique | length)]')" '[50,50]'
  runtime list -q | xargs -P 8 -n 1 nsenter --net="/proc/$(<"$BATS_FILE_TMPDIR/host")/ns/net" \
    --mount="/proc/$(<"$BATS_FILE_TMPDIR/host")/ns/mnt" "$RUNTIME" --root "$ROOT" delete --force
  expect_equal "$(host_links)" br0
}

@test "state and list say what came of it, and hooks are told" {
  add_bridge br0 10.1.0.1/24
  give_only eth0 bridge=br0,peer=out,mac=02:00:00:00:00:07,address=auto:10.1.0.0/24,isolated
  printf '#!/bin/sh\nexec cat >"%s"\n' "$BATS_TEST_TMPDIR/told" >"$BATS_TEST_TMPDIR/hook"
  chmod +x "$BATS_TEST_TMPDIR/hook"
  update_config --arg path "$BATS_TEST_TMPDIR/hook" '.hooks.createRuntime = [{path: $path}]'
  create "$ID"
  local told='type=veth,bridge=br0,peer=out,isolated,mac=02:00:00:00:00:07,address=10.1.0.2/24'
  expect_equal "$(runtime state "$ID" | jq -r '.annotations["dev.runtime.interface.eth0"]')" "$told"
  expect_equal "$(runtime list -f json | jq -r '.[0].annotations["dev.runtime.interface.eth0"]')" "$told"
  expect_equal "$(jq -r '.annotations["dev.runtime.interface.eth0"]' "$BATS_TEST_TMPDIR/told")" "$told"
  expect_equal "$(runtime state "$ID" | jq -r '.annotations["dev.runtime.network.eth0"]')" \
    bridge=br0,peer=out,mac=02:00:00:00:00:07,address=auto:10.1.0.0/24,isolated
  # These words make the same interface again.
  runtime delete --force "$ID"
  attach "$ID" "$told"
  expect_equal "$(addresses_of "$ID" eth0)" 10.1.0.2/24
}

@test "hooks find the interface, in the runtime's namespaces and in the container's" {
  add_bridge br0
  give_only eth0 bridge=br0,address=10.1.0.2/24
  printf '#!/bin/sh\nip -oneline address show dev eth0 scope global | grep -c 10.1.0.2 >"%s"\n' "$BATS_TEST_TMPDIR/seen" >"$BATS_TEST_TMPDIR/hook"
  chmod +x "$BATS_TEST_TMPDIR/hook"
  update_config --arg path "$BATS_TEST_TMPDIR/hook" '.hooks.createContainer = [{path: $path}]'
  create "$ID"
  expect_equal "$(<"$BATS_TEST_TMPDIR/seen")" 1
}

@test "parameters of the interface can be set" {
  add_bridge br0
  give_only eth0 bridge=br0,address=10.1.0.2/24
  update_config '.linux.sysctl = {"net.ipv4.conf.eth0.forwarding": "1"}'
  expect_inside 'cat /proc/sys/net/ipv4/conf/eth0/forwarding' 1
}

@test "several interfaces" {
  add_bridge br0 10.1.0.1/24
  add_bridge br1 10.2.0.1/24
  give_only eth0 bridge=br0,address=10.1.0.2/24,gateway=10.1.0.1
  give eth1 bridge=br1,address=10.2.0.2/24
  create "$ID"
  expect_reaches "$ID" 10.1.0.1
  expect_reaches "$ID" 10.2.0.1
  runtime delete --force "$ID"
  expect_equal "$(host_links)" 'br0 br1'
}

@test "create: the bridge is made with the first container and goes with the last" {
  local words=bridge=rt0,create,address=auto:10.1.0.0/24,gateway=10.1.0.1,isolated
  attach "$ID-1" "$words"
  attach "$ID-2" "$words"
  expect_equal "$(addresses_of "$ID-1" eth0) $(addresses_of "$ID-2" eth0)" '10.1.0.2/24 10.1.0.3/24'
  expect_equal "$(on_host ip -oneline address show dev rt0 scope global | grep -c '10.1.0.1/24')" 1
  expect_reaches "$ID-2" 10.1.0.1
  runtime delete --force "$ID-1"
  expect_reaches "$ID-2" 10.1.0.1
  runtime delete --force "$ID-2"
  expect_equal "$(host_links)" ''
}

@test "create: a later container adds its gateway to the bridge" {
  attach "$ID-1" bridge=rt0,create,address=10.1.0.2/24,gateway=10.1.0.1
  attach "$ID-2" bridge=rt0,create,address=fd01::2/64,gateway=fd01::1
  expect_reaches "$ID-1" 10.1.0.1
  expect_reaches "$ID-2" fd01::1
}

@test "create: a bridge that was there is used as it is, and stays" {
  add_bridge br0 10.1.0.1/24
  attach "$ID" bridge=br0,create,address=10.1.0.2/24,gateway=10.1.0.1
  runtime delete --force "$ID"
  expect_equal "$(host_links)" br0
}

@test "create: a bridge of ours that others use stays" {
  attach "$ID" bridge=rt0,create,address=10.1.0.2/24
  on_host ip tuntap add dev other mode tap
  on_host ip link set other master rt0
  runtime delete --force "$ID"
  expect_equal "$(host_links)" 'other rt0'
}

@test "macvlan: a hardware address of its own on the parent" {
  on_host ip link add up0 type veth peer name far0
  on_host ip link set up0 up
  on_host ip link set far0 up
  on_host ip address add 10.1.0.1/24 dev far0
  attach "$ID-1" type=macvlan,parent=up0,address=10.1.0.2/24,gateway=10.1.0.1,mtu=1400
  attach "$ID-2" type=macvlan,parent=up0,mode=bridge,address=auto:10.1.0.0/24,gateway=10.1.0.1
  expect_equal "$(addresses_of "$ID-2" eth0)" 10.1.0.3/24
  expect_reaches "$ID-1" 10.1.0.1
  expect_reaches "$ID-1" 10.1.0.3
  expect_equal "$(inside "$ID-1" ip -details -oneline link show eth0 | grep -o 'macvlan mode [a-z]*')" 'macvlan mode bridge'
  attach "$ID-3" type=macvlan,parent=up0,mode=private,address=10.1.0.4/24
  expect_reaches "$ID-3" 10.1.0.1
  expect_unreachable "$ID-3" 10.1.0.2
  delete_containers
  expect_equal "$(host_links)" 'far0 up0'
}

@test "in a network namespace that a user namespace owns" {
  add_bridge br0 10.1.0.1/24
  map_ids 0 100000 65536
  give eth0 bridge=br0,address=10.1.0.2/24,gateway=10.1.0.1,isolated,locked
  chown -R 100000:100000 "$BUNDLE/rootfs"
  create "$ID"
  expect_reaches "$ID" 10.1.0.1
  runtime delete --force "$ID"
  expect_equal "$(host_links)" br0
}

@test "delete takes the link away even if somebody keeps the namespace" {
  add_bridge br0
  attach "$ID" bridge=br0,address=10.1.0.2/24
  local keeper
  nsenter --net="/proc/$(state_of "$ID" pid)/ns/net" sleep 1000 3>&- &
  keeper=$!
  wait_until runs_program "$keeper" sleep
  runtime delete --force "$ID"
  expect_equal "$(host_links)" br0
  kill "$keeper"
}

@test "delete spares a link that has only the name" {
  add_bridge br0
  attach "$ID" bridge=br0,peer=out,address=10.1.0.2/24
  runtime kill "$ID" KILL
  expect_no_links br0
  on_host ip link add out type veth peer name out-far
  runtime delete --force "$ID"
  expect_equal "$(host_links)" 'br0 out out-far'
}

@test "a create that fails later leaves no link, bridge or lease" {
  give_only eth0 bridge=rt0,create,address=auto:10.1.0.0/24,gateway=10.1.0.1
  update_config '.process.args = ["/absent"]'
  try runtime create --bundle "$BUNDLE" "$ID"
  expect_outcome 1 '' "runtime: create $ID: exec: \"/absent\": stat /absent: no such file or directory"
  expect_equal "$(host_links)" ''
  expect_equal "$(on_host find /run/runtime-network -mindepth 1)" ''
}

# The example of docs/networking.md, with a world beyond the host: a network namespace.
@test "the example hook lets containers out, and not to each other by way of the gateway" {
  command -v nft >/dev/null || skip 'nft is not installed (package nftables)'
  unshare --net sleep 1000 3>&- &
  local world=$!
  wait_until runs_program "$world" sleep
  on_host ip link add up0 type veth peer name world0 netns "$world"
  on_host ip address add 192.0.2.1/24 dev up0
  on_host ip link set up0 up
  nsenter --net="/proc/$world/ns/net" sh -c 'ip address add 192.0.2.2/24 dev world0 && ip link set world0 up'
  local words=bridge=rt0,create,address=auto:10.1.0.0/24,gateway=10.1.0.1,isolated
  attach "$ID-a" "$words"
  inside "$ID-a" ip route add 10.1.0.3/32 via 10.1.0.1
  expect_unreachable "$ID-a" 192.0.2.2
  update_config --arg path "$BATS_TEST_DIRNAME/../docs/examples/hook-masquerade" \
    '.hooks.createRuntime = [{path: $path, args: ["hook-masquerade", "rt0", "10.1.0.0/24"]}]'
  create "$ID-b"
  inside "$ID-b" ip route add 10.1.0.2/32 via 10.1.0.1
  expect_reaches "$ID-a" 192.0.2.2
  expect_reaches "$ID-b" 192.0.2.2
  expect_unreachable "$ID-a" 10.1.0.3
  # Without the rule that is a way around the isolation.
  on_host nft delete chain ip runtime-rt0 between
  expect_reaches "$ID-a" 10.1.0.3
  on_host nft delete table ip runtime-rt0
  kill "$world"
}

@test "network ls and rm: what there is, whose, and what is orphaned" {
  attach "$ID-1" bridge=rt0,create,peer=out1,address=10.1.0.2/24
  attach "$ID-2" bridge=rt0,create,peer=out2,address=10.1.0.3/24
  expect_equal "$(runtime network ls | tr -s ' ')" "DEVICE VLAN CONTAINER INTERFACE PEER ADDRESSES USE
rt0 - - - - - used
rt0 - $ID-1 eth0 out1 10.1.0.2/24 used
rt0 - $ID-2 eth0 out2 10.1.0.3/24 used"
  try runtime network rm out1
  expect_error "network rm: out1 belongs to container $ID-1 in $ROOT/$ID-1, delete that"
  try runtime network rm rt0
  expect_error 'network rm: rt0 is used by containers'
  try runtime network rm nothing
  expect_error 'network rm: nothing of the runtime'"'"'s is named "nothing"'
  # Its state is lost, its process lives on.
  local pid
  pid=$(state_of "$ID-1" pid)
  mv "$ROOT/$ID-1" "$BATS_TEST_TMPDIR/lost"
  expect_equal "$(runtime network ls --format json | jq -r '.[] | select(.use == "orphaned") | .attachment.peer')" out1
  runtime network rm out1
  expect_equal "$(host_links)" 'out2 rt0'
  mv "$BATS_TEST_TMPDIR/lost" "$ROOT/$ID-1"
  kill -KILL "$pid"
  runtime delete --force "$ID-1"
  mv "$ROOT/$ID-2" "$BATS_TEST_TMPDIR/lost"
  runtime network rm --orphaned
  expect_equal "$(host_links)" ''
  mv "$BATS_TEST_TMPDIR/lost" "$ROOT/$ID-2"
}

@test "network ls without any, and other namespaces only when asked" {
  expect_equal "$(runtime network ls)" 'DEVICE   VLAN   CONTAINER   INTERFACE   PEER   ADDRESSES   USE'
  attach "$ID" bridge=rt0,create,peer=out,address=10.1.0.2/24
  on_host unshare --net "$RUNTIME" network ls --format json >"$OUTPUT"
  expect_equal "$(<"$OUTPUT")" '[]'
  on_host unshare --net "$RUNTIME" network ls --all --format json >"$OUTPUT"
  expect_equal "$(jq length "$OUTPUT")" 2
}

@test "network rm: neither or both of names and --orphaned" {
  try runtime network rm
  expect_equal "$status" 1
  [[ $stderr == 'runtime: network rm: either names or --orphaned are expected'* ]] || fail "$stderr"
  try runtime network rm --orphaned x
  expect_equal "$status" 1
}

@test "the address of a container that is gone without a trace is free" {
  add_bridge br0
  attach "$ID-1" bridge=br0,address=10.1.0.2/24,mac=02:00:00:00:00:07
  local pid
  pid=$(state_of "$ID-1" pid)
  mv "$ROOT/$ID-1" "$BATS_TEST_TMPDIR/lost"
  attach "$ID-2" bridge=br0,address=10.1.0.2/24,mac=02:00:00:00:00:07
  kill -KILL "$pid"
  mv "$BATS_TEST_TMPDIR/lost" "$ROOT/$ID-1"
  runtime delete --force "$ID-1"
  # What it gave back was no longer its own.
  expect_equal "$(runtime network ls --format json | jq -r '.[].container')" "$ID-2"
}

@test "an engine's namespace is the engine's to furnish" {
  add_bridge br0
  give_only eth0 bridge=br0,address=10.1.0.2/24
  update_config --arg path "/proc/$(<"$BATS_FILE_TMPDIR/host")/ns/net" \
    '(.linux.namespaces[] | select(.type == "network")).path = $path'
  expect_refusal "config.json: /annotations/dev.runtime.network.eth0: needs a new network namespace, and /linux/namespaces gives a path: \"/proc/$(<"$BATS_FILE_TMPDIR/host")/ns/net\""
  update_config 'del(.linux.namespaces[] | select(.type == "network"))'
  expect_refusal "config.json: /annotations/dev.runtime.network.eth0: needs a network namespace, and the container shares the host's"
}

@test "bad input: one line that names the annotation, nothing left" {
  add_bridge br0 10.1.0.1/24 10.1.0.9/24
  on_host ip link add v0 type veth peer name v1
  attach "$ID-there" bridge=br0,peer=taken,address=10.1.0.7/24,mac=02:00:00:00:00:07
  local words reason
  while IFS='#' read -r words reason; do
    give_only eth0 "$words"
    expect_refusal "config.json: /annotations/dev.runtime.network.eth0: $reason"
  done <<END
#unknown word ""
bridge#bridge needs a value
bridge=#bridge: "" can't be the name of an interface
address=10.1.0.2/24#bridge is missing
bridge=br0,colour=red#unknown word "colour"
bridge=br0,isolated=yes#isolated takes no value
bridge=br0,bridge=br0#bridge is given twice
bridge=br0,parent=v0#parent is not for type veth
type=macvlan,parent=v0,isolated#isolated is not for type macvlan
type=macvlan#parent is missing
type=macvlan,parent=nope#parent: the host has no interface "nope"
type=macvlan,parent=lo#parent: lo is the loopback interface
type=macvlan,parent=v0,mode=odd#mode: "odd" is none of bridge, private, vepa, passthru
type=tunnel,bridge=br0#type: "tunnel" is none of veth, macvlan
bridge=nope#bridge: the host has no interface "nope"
bridge=v0#bridge: "v0" is no bridge
bridge=a/b#bridge: "a/b" can't be the name of an interface
bridge=r%d,create#bridge: "r%d" can't be the name of an interface
bridge=br0,peer=w%d#peer: "w%d" can't be the name of an interface
bridge=abcdefghijklmnop#bridge: "abcdefghijklmnop" can't be the name of an interface
bridge=br0,peer=taken#peer: the host has an interface "taken" already
bridge=br0,vlan=0#vlan: "0" is not a number from 1 to 4094
bridge=br0,vlan=4095#vlan: "4095" is not a number from 1 to 4094
bridge=br0,vlan=10#vlan: the bridge br0 does not filter VLANs (ip link set br0 type bridge vlan_filtering 1)
bridge=br0,mtu=67#mtu: "67" is not a number from 68 to 65535
bridge=br0,mtu=1000,address=fd01::2/64#mtu: 1000 is less than IPv6 needs, 1280
bridge=br0,mac=01:00:00:00:00:01#mac: "01:00:00:00:00:01" is no address that an interface can have, like 02:00:00:00:00:01
bridge=br0,mac=02:00:00:00:00:07#mac: 02:00:00:00:00:07 belongs to the container in $ROOT/$ID-there
bridge=br0,address=10.1.0.2#address: "10.1.0.2" is no address with a prefix like 10.1.0.2/24
bridge=br0,address=10.1.0.2/33#address: "10.1.0.2/33" is no address with a prefix like 10.1.0.2/24
bridge=br0,address=10.1.0.0/24#address: 10.1.0.0/24 can't be the address of a host
bridge=br0,address=10.1.0.255/24#address: 10.1.0.255/24 can't be the address of a host
bridge=br0,address=10.1.0.2/24,address=10.1.0.2/24#address: 10.1.0.2 is given twice
bridge=br0,address=10.1.0.7/24#address: 10.1.0.7 belongs to the container in $ROOT/$ID-there
bridge=br0,address=10.1.0.9/24#address: 10.1.0.9 is br0's own
bridge=br0,address=auto#address: "auto" is no address with a prefix like 10.1.0.2/24
bridge=br0,address=auto:10.1.0.5/24#address: "10.1.0.5/24" has bits behind its prefix, the network is 10.1.0.0/24
bridge=br0,address=auto:224.0.0.0/24#address: 224.0.0.0/24 has no addresses for hosts
bridge=br0,gateway=10.1.0.1#gateway: 10.1.0.1 is in no network of the interface's addresses
bridge=br0,address=10.1.0.2/24,gateway=10.2.0.1#gateway: 10.2.0.1 is in no network of the interface's addresses
bridge=br0,address=10.1.0.2/24,gateway=10.1.0.2#gateway: 10.1.0.2 is the interface's own address
bridge=br0,address=10.1.0.2/24,gateway=10.1.0.1,gateway=10.1.0.3#gateway: there are two of one family
bridge=br0,address=10.1.0.2/24,gateway=ten#gateway: "ten" is no IP address
bridge=br0,address=10.1.0.2/24,route=0.0.0.0/0 via 10.1.0.1#route: the default route is given by gateway
bridge=br0,address=10.1.0.2/24,route=fd00::/64 via 10.1.0.1#route: 10.1.0.1 is of another family than fd00::/64
bridge=br0,address=10.1.0.2/24,route=10.9.0.1/16#route: "10.9.0.1/16" has bits behind its prefix, the network is 10.9.0.0/16
END
  expect_equal "$(host_links)" 'br0 taken v0 v1'
}

@test "bad input: names of interfaces, and two that don't go together" {
  add_bridge br0
  local name
  while IFS='#' read -r name shown; do
    give_only "$name" bridge=br0
    expect_refusal "config.json: /annotations/dev.runtime.network.$shown: \"$name\" can't be the name of the interface"
  done <<'END'
#
lo#lo
a/b#a~1b
e%d#e%d
abcdefghijklmnop#abcdefghijklmnop
END
  update_config '.annotations = {"dev.runtime.network": "bridge=br0"}'
  expect_refusal 'config.json: /annotations/dev.runtime.network: the interface is missing, as in dev.runtime.network.eth0'
  give_only eth0 bridge=br0,address=10.1.0.2/24,gateway=10.1.0.1
  give eth1 bridge=br0,address=10.1.0.3/25
  expect_refusal 'config.json: /annotations/dev.runtime.network.eth1: address: 10.1.0.0/25 overlaps 10.1.0.0/24 of eth0'
  give eth1 bridge=br0,address=10.2.0.3/25,gateway=10.2.0.1
  expect_refusal 'config.json: /annotations/dev.runtime.network.eth1: gateway: the default route is by eth0 already'
}
