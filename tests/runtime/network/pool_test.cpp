#include "runtime/network/pool.h"

#include <gtest/gtest.h>

namespace runtime::network {
namespace {

using netlink::IpAddress;
using netlink::IpPrefix;

TEST(LowestFree, SkipsWhatIsTakenAndTheNetworksOwn) {
  const struct {
    const char* network;
    std::vector<const char*> taken;
    const char* expected;  // "" for none
  } cases[] = {
      {"10.1.0.0/24", {}, "10.1.0.1"},
      {"10.1.0.0/24", {"10.1.0.1"}, "10.1.0.2"},
      {"10.1.0.0/24", {"10.1.0.2"}, "10.1.0.1"},
      {"10.1.0.0/24", {"10.1.0.3", "10.1.0.1", "10.1.0.2", "10.1.0.1"}, "10.1.0.4"},
      {"10.1.0.0/24", {"10.2.0.1", "fd01::1", "10.0.0.1"}, "10.1.0.1"},
      {"10.1.0.0/30", {"10.1.0.1", "10.1.0.2"}, ""},
      {"10.1.0.0/31", {}, "10.1.0.0"},
      {"10.1.0.0/31", {"10.1.0.0"}, "10.1.0.1"},
      {"10.1.0.7/32", {}, "10.1.0.7"},
      {"10.1.0.7/32", {"10.1.0.7"}, ""},
      {"255.255.255.255/32", {"255.255.255.255"}, ""},
      {"fd01::/64", {}, "fd01::1"},
      {"fd01::/64", {"fd01::1", "fd01::2", "10.1.0.1"}, "fd01::3"},
      {"fd01::/126", {"fd01::1", "fd01::2", "fd01::3"}, ""},
  };
  for (const auto& each : cases) {
    std::vector<IpAddress> taken;
    for (const char* text : each.taken) taken.push_back(IpAddress::parse(text).value());
    const auto found = lowest_free(IpPrefix::parse(each.network).value(), taken);
    EXPECT_EQ(found ? found->text() : "", each.expected) << each.network;
  }
}

}  // namespace
}  // namespace runtime::network
