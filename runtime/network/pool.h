// Which address of a network is next.
#pragma once

#include <optional>
#include <vector>

#include "netlink/ip.h"

namespace runtime::network {

// The lowest that a host can have and that isn't taken; of others' networks may be among the taken.
// Pure.
std::optional<netlink::IpAddress> lowest_free(const netlink::IpPrefix& network,
                                              std::vector<netlink::IpAddress> taken);

}  // namespace runtime::network
