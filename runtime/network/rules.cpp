#include "runtime/network/rules.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace runtime::network {

using base::cat;
using base::Error;

namespace {

// RFC 8200: the least that every link with IPv6 carries.
constexpr std::uint32_t kLeastMtuOfV6 = 1280;

void check_device(const Interface& interface) {
  if (!interface.device.empty()) return;
  throw Error(interface.kind == Kind::Veth ? "bridge is missing" : "parent is missing");
}

void check_addresses(const Interface& interface) {
  const base::Context checking{[] { return "address"; }};
  for (const IpPrefix& each : interface.addresses) {
    if (!each.address.is_unicast() || !each.is_for_hosts(each.address)) {
      throw Error(cat(each.text(), " can't be the address of a host"));
    }
    if (std::count_if(interface.addresses.begin(), interface.addresses.end(),
                      [&](const IpPrefix& other) { return other.address == each.address; }) > 1) {
      throw Error(cat(each.address.text(), " is given twice"));
    }
  }
  for (const IpPrefix& each : interface.automatic) {
    if (!each.address.is_unicast()) throw Error(cat(each.text(), " has no addresses for hosts"));
  }
}

bool is_on_link(const IpAddress& gateway, const std::vector<IpPrefix>& networks) {
  return gateway.is_link_local() ||
         std::any_of(networks.begin(), networks.end(),
                     [&](const IpPrefix& network) { return network.is_for_hosts(gateway); });
}

bool is_own(const IpAddress& address, const Interface& interface) {
  return std::any_of(interface.addresses.begin(), interface.addresses.end(),
                     [&](const IpPrefix& own) { return own.address == address; });
}

void check_gateway(const IpAddress& gateway, const Interface& interface) {
  if (!is_on_link(gateway, interface.networks())) {
    throw Error(cat(gateway.text(), " is in no network of the interface's addresses"));
  }
  if (is_own(gateway, interface)) {
    throw Error(cat(gateway.text(), " is the interface's own address"));
  }
}

void check_gateways(const Interface& interface) {
  const base::Context checking{[] { return "gateway"; }};
  for (const IpAddress& each : interface.gateways) {
    check_gateway(each, interface);
    const auto same = [&](const IpAddress& other) { return other.is_v6() == each.is_v6(); };
    if (std::count_if(interface.gateways.begin(), interface.gateways.end(), same) > 1) {
      throw Error("there are two of one family");
    }
  }
}

void check_routes(const Interface& interface) {
  const base::Context checking{[] { return "route"; }};
  for (const Route& route : interface.routes) {
    if (route.destination.length == 0) throw Error("the default route is given by gateway");
    if (!route.gateway) continue;
    if (route.gateway->is_v6() != route.destination.address.is_v6()) {
      throw Error(
          cat(route.gateway->text(), " is of another family than ", route.destination.text()));
    }
    check_gateway(*route.gateway, interface);
  }
}

void check_mtu(const Interface& interface) {
  if (interface.mtu == 0 || interface.mtu >= kLeastMtuOfV6) return;
  const std::vector<IpPrefix> networks = interface.networks();
  if (std::any_of(networks.begin(), networks.end(),
                  [](const IpPrefix& network) { return network.address.is_v6(); })) {
    throw Error(cat("mtu: ", interface.mtu, " is less than IPv6 needs, ", kLeastMtuOfV6));
  }
}

}  // namespace

void check_interface(const Interface& interface) {
  check_device(interface);
  check_addresses(interface);
  check_gateways(interface);
  check_routes(interface);
  check_mtu(interface);
}

void check_together(const Interface& interface, const std::vector<Interface>& others) {
  for (const Interface& other : others) {
    for (const IpPrefix& network : interface.networks()) {
      for (const IpPrefix& taken : other.networks()) {
        if (!network.overlaps(taken)) continue;
        throw Error(
            cat("address: ", network.text(), " overlaps ", taken.text(), " of ", other.name));
      }
    }
    for (const IpAddress& gateway : interface.gateways) {
      const auto same = [&](const IpAddress& each) { return each.is_v6() == gateway.is_v6(); };
      if (std::any_of(other.gateways.begin(), other.gateways.end(), same)) {
        throw Error(cat("gateway: the default route is by ", other.name, " already"));
      }
    }
  }
}

}  // namespace runtime::network
