#include "runtime/network/pool.h"

#include <algorithm>

namespace runtime::network {

using netlink::IpAddress;
using netlink::IpPrefix;

std::optional<IpAddress> lowest_free(const IpPrefix& network, std::vector<IpAddress> taken) {
  std::erase_if(taken, [&](const IpAddress& each) { return !network.contains(each); });
  std::sort(taken.begin(), taken.end());
  IpAddress candidate = network.network().address;
  if (!network.is_for_hosts(candidate)) candidate = candidate.next();
  for (const IpAddress& each : taken) {
    if (each < candidate) continue;
    if (each != candidate) break;
    candidate = candidate.next();
  }
  if (!network.is_for_hosts(candidate)) return std::nullopt;
  return candidate;
}

}  // namespace runtime::network
