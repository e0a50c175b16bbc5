// Addresses of interfaces and routes: what we ask for, and what the kernel says of them.
#pragma once

#include <optional>
#include <vector>

#include "netlink/ip.h"
#include "netlink/message.h"
#include "netlink/socket.h"

namespace netlink {

// Usable at once: of an address that we give nobody else has to be asked whether it is theirs
// (IPv6's duplicate address detection).
class NewAddress : public Message {
 public:
  NewAddress(int link, const IpPrefix& address);
};

// The link's addresses that somebody has configured for good and for all the world: no others mean
// anything in another network namespace.
std::vector<IpPrefix> global_permanent_addresses(Socket& socket, int link);

// By way of the link; without a gateway its hosts are on the link itself. `destination` of length
// 0 is the default route.
class NewRoute : public Message {
 public:
  NewRoute(int link, const IpPrefix& destination, const std::optional<IpAddress>& gateway);
};

}  // namespace netlink
