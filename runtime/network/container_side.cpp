#include "runtime/network/container_side.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "base/interface.h"
#include "netlink/address.h"
#include "netlink/link.h"

namespace runtime::network {

using netlink::Socket;

namespace {

// --- one IPv4 address and its routes: without a netlink socket (base/interface.h) ----------------

bool is_v4(const Route& route) { return !route.destination.address.is_v6(); }

// With the ioctl the kernel first gives an address the mask and the broadcast address of its class;
// the latter stays where there is none, in networks of one or two.
bool is_set_by_ioctl(const IpPrefix& prefix) {
  constexpr unsigned kLongest = 30;
  return !prefix.address.is_v6() && prefix.length <= kLongest;
}

bool does_without_netlink(const Interface& interface) {
  const auto& addresses = interface.addresses;
  return addresses.size() <= 1 &&
         std::all_of(addresses.begin(), addresses.end(), is_set_by_ioctl) &&
         std::none_of(interface.gateways.begin(), interface.gateways.end(),
                      [](const IpAddress& gateway) { return gateway.is_v6(); }) &&
         std::all_of(interface.routes.begin(), interface.routes.end(), is_v4);
}

in_addr v4(const IpAddress& address) {
  in_addr result{};
  std::memcpy(&result, address.bytes().data(), sizeof result);
  return result;
}

in_addr mask_of(const IpPrefix& prefix) {
  return v4(IpAddress().with_rest_set(0).with_rest_cleared(prefix.length));
}

void configure_by_ioctl(const Interface& interface) {
  const sys::Interfaces interfaces;
  for (const IpPrefix& each : interface.addresses) {
    interfaces.set_address(interface.name, v4(each.address), mask_of(each));
  }
  // Before the routes: the kernel takes none by way of an interface that is down.
  interfaces.bring_up(interface.name);
  for (const Route& route : interface.routes) {
    const base::Context adding{[] { return "route"; }};
    interfaces.add_route(interface.name, v4(route.destination.address), mask_of(route.destination),
                         v4(route.gateway.value_or(IpAddress())));
  }
  for (const IpAddress& gateway : interface.gateways) {
    const base::Context adding{[] { return "gateway"; }};
    interfaces.add_route(interface.name, {}, {}, v4(gateway));
  }
}

// --- everything else -----------------------------------------------------------------------------

void bring_up(Socket& socket, int link, const std::vector<netlink::LinkAddress>& addresses) {
  netlink::SetLinkUp up(link);
  socket.request(up);
  for (const netlink::LinkAddress& address : addresses) {
    netlink::NewAddress addition(link, address);
    socket.request(addition);
  }
}

void add_routes(Socket& socket, int link, const Interface& interface) {
  for (const Route& route : interface.routes) {
    const base::Context adding{[] { return "route"; }};
    netlink::NewRoute addition(link, route.destination, route.gateway);
    socket.request(addition);
  }
  for (const IpAddress& gateway : interface.gateways) {
    const base::Context adding{[] { return "gateway"; }};
    netlink::NewRoute addition(link, {gateway.with_rest_cleared(0), 0}, gateway);
    socket.request(addition);
  }
}

void configure(const Interface& interface) {
  const base::Context configuring{[&] { return place_of(interface.name); }};
  if (does_without_netlink(interface)) return configure_by_ioctl(interface);
  Socket socket;
  const int link = sys::Interfaces().index_of(interface.name);
  std::vector<netlink::LinkAddress> addresses;
  for (const IpPrefix& each : interface.addresses) {
    addresses.push_back(netlink::LinkAddress::usual(each));
  }
  bring_up(socket, link, addresses);
  add_routes(socket, link, interface);
}

void configure(const HostDevice& device) {
  const base::Context configuring{[&] { return place_of(device); }};
  Socket socket;
  bring_up(socket, sys::Interfaces().index_of(device.name), device.addresses);
}

}  // namespace

void configure(const Plan& plan) {
  for (const Interface& interface : plan.interfaces) configure(interface);
  for (const HostDevice& device : plan.devices) configure(device);
}

}  // namespace runtime::network
