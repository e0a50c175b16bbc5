#include "runtime/network/bridge.h"

#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "base/interface.h"
#include "base/text.h"
#include "netlink/address.h"
#include "netlink/bridge.h"
#include "netlink/link.h"

namespace runtime::network {

using base::cat;
using base::Error;
using base::quoted;
using netlink::Link;
using netlink::Socket;

namespace {

void check_kind(const Link& link) {
  if (link.kind != "bridge") throw Error(cat("bridge: ", quoted(link.name), " is no bridge"));
}

void check_vlans(const Link& bridge, const Interface& interface) {
  if (interface.vlan == 0 || bridge.filters_vlans) return;
  throw Error(cat("vlan: the bridge ", bridge.name, " does not filter VLANs (ip link set ",
                  bridge.name, " type bridge vlan_filtering 1)"));
}

// The gateways that are in the interface's networks, as the bridge's own addresses. With a VLAN the
// router is another: the bridge itself isn't in it.
std::vector<IpPrefix> addresses_of_bridge(const Interface& interface) {
  std::vector<IpPrefix> addresses;
  if (interface.vlan != 0) return addresses;
  const std::vector<IpPrefix> networks = interface.networks();
  for (const IpAddress& gateway : interface.gateways) {
    const auto found = std::find_if(networks.begin(), networks.end(), [&](const IpPrefix& network) {
      return network.contains(gateway);
    });
    if (found != networks.end()) addresses.push_back({gateway, found->length});
  }
  return addresses;
}

void add_addresses(Socket& host, int bridge, const Interface& interface) {
  for (const IpPrefix& address : addresses_of_bridge(interface)) {
    netlink::NewAddress addition(bridge, netlink::LinkAddress::usual(address));
    const netlink::Reply reply = host.try_request(addition);
    if (reply.error != EEXIST) netlink::require(reply);
  }
}

void make_bridge(Socket& host, Registry& registry, const Interface& interface) {
  const base::Context making{[] { return "bridge"; }};
  const MacAddress mac = MacAddress::random();
  registry.note_bridge(this_host(), interface.device, mac);
  netlink::NewBridge bridge(interface.device, mac, interface.vlan != 0);
  const netlink::Reply reply = host.try_request(bridge);
  if (reply.error == EOPNOTSUPP && interface.vlan != 0) {
    throw Error("the kernel does not filter VLANs (CONFIG_BRIDGE_VLAN_FILTERING)");
  }
  netlink::require(reply);
}

// Whether we made this very bridge.
bool is_ours(const Registry& registry, const Link& bridge) {
  return registry.made_bridge(this_host(), bridge.name) == bridge.mac;
}

void adapt_bridge(Socket& host, const Link& bridge, const Interface& interface) {
  if (interface.vlan == 0 || bridge.filters_vlans) return;
  netlink::FilterVlans filter(bridge.index);
  host.request(filter);
}

}  // namespace

void check_bridge(Socket& host, const Interface& interface) {
  const auto link = netlink::find_link(host, interface.device);
  if (!link && interface.create) return;
  if (!link) throw Error(cat("bridge: the host has no interface ", quoted(interface.device)));
  check_kind(*link);
  if (!interface.create) check_vlans(*link, interface);
}

int provide_bridge(Socket& host, const Interface& interface) {
  if (!interface.create) return sys::Interfaces().index_of(interface.device);
  // Locked, so that of several containers at once the first makes it and none of them loses it.
  Registry registry = Registry::open();
  auto link = netlink::find_link(host, interface.device);
  if (!link) {
    make_bridge(host, registry, interface);
    link = netlink::find_link(host, interface.device);
  }
  if (!link) throw Error(cat("bridge: ", quoted(interface.device), " is gone"));
  check_kind(*link);
  if (!is_ours(registry, *link)) {
    check_vlans(*link, interface);
    return link->index;
  }
  adapt_bridge(host, *link, interface);
  add_addresses(host, link->index, interface);
  return link->index;
}

void remove_unused_bridge(Registry& registry, const std::string& name) {
  const std::uint64_t here = this_host();
  if (registry.is_used(here, name)) return;
  if (registry.made_bridge(here, name)) {
    Socket host;
    const auto bridge = netlink::find_link(host, name);
    const bool ours = bridge && is_ours(registry, *bridge);
    if (ours && netlink::ports_of(host, bridge->index).empty()) {
      netlink::DeleteLink removal(bridge->index);
      host.request(removal);
    }
  }
  registry.forget(here, name);
}

}  // namespace runtime::network
