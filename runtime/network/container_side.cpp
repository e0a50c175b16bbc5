#include "runtime/network/container_side.h"

#include "base/error.h"
#include "netlink/address.h"
#include "netlink/link.h"

namespace runtime::network {

using netlink::Socket;

namespace {

// Up first: the kernel takes no routes by way of an interface that is down.
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

void configure(Socket& socket, const Interface& interface) {
  const base::Context configuring{[&] { return place_of(interface.name); }};
  const int link = netlink::index_of(interface.name);
  std::vector<netlink::LinkAddress> addresses;
  for (const IpPrefix& each : interface.addresses) {
    addresses.push_back(netlink::LinkAddress::usual(each));
  }
  bring_up(socket, link, addresses);
  add_routes(socket, link, interface);
}

void configure(Socket& socket, const HostDevice& device) {
  const base::Context configuring{[&] { return place_of(device); }};
  bring_up(socket, netlink::index_of(device.name), device.addresses);
}

}  // namespace

void configure(const Plan& plan) {
  Socket socket;
  for (const Interface& interface : plan.interfaces) configure(socket, interface);
  for (const HostDevice& device : plan.devices) configure(socket, device);
}

}  // namespace runtime::network
