// Addresses of interfaces and routes: what we ask for, and what the kernel says of them.
#pragma once

#include <optional>
#include <vector>

#include "netlink/ip.h"
#include "netlink/message.h"
#include "netlink/socket.h"

namespace netlink {

// An address of an interface.
struct LinkAddress {
  IpPrefix prefix;
  IpAddress peer;  // the other end's on a point-to-point link; else the same as the address
  std::optional<IpAddress> broadcast;

  // As most are: IPv4 with the network's last address for broadcasts, if it has one to spare.
  static LinkAddress usual(const IpPrefix& prefix);
};

// Usable at once: of an address that we give nobody else has to be asked whether it is theirs
// (IPv6's duplicate address detection).
class NewAddress : public Message {
 public:
  NewAddress(int link, const LinkAddress& address);
};

// The link's addresses that somebody has configured for good and for all the world: no others mean
// anything in another network namespace.
std::vector<LinkAddress> global_permanent_addresses(Socket& socket, int link);

// By way of the link; without a gateway its hosts are on the link itself. `destination` of length
// 0 is the default route.
class NewRoute : public Message {
 public:
  NewRoute(int link, const IpPrefix& destination, const std::optional<IpAddress>& gateway);
};

}  // namespace netlink
