// The words of an annotation: what they mean, and that they are written as they are read. What is
// refused is in integration/network.bats, with its exact words.
#include "runtime/network/interface.h"

#include <gtest/gtest.h>

#include "tests/support/forked.h"

namespace runtime::network {
namespace {

Interface parse(const std::string& words) {
  return parse_interfaces({{"dev.runtime.network.eth0", words}}).at(0);
}

TEST(Interface, HasWhatTheWordsSay) {
  const Interface interface = parse(
      "bridge=br0,create,peer=out,vlan=10,isolated,guard,locked,mac=02:00:00:00:00:07,mtu=1400,"
      "address=10.1.0.2/24,address=auto:fd01::/64,gateway=10.1.0.1,gateway=fd01::1,"
      "route=10.9.0.0/16 via 10.1.0.9,route=10.8.0.0/16");
  EXPECT_EQ(interface.name, "eth0");
  EXPECT_EQ(interface.kind, Kind::Veth);
  EXPECT_EQ(interface.device, "br0");
  EXPECT_EQ(interface.peer, "out");
  EXPECT_EQ(interface.vlan, 10);
  EXPECT_TRUE(interface.create && interface.isolated && interface.guard && interface.locked);
  EXPECT_EQ(interface.mac.value().text(), "02:00:00:00:00:07");
  EXPECT_EQ(interface.mtu, 1400U);
  ASSERT_EQ(interface.addresses.size(), 1U);
  EXPECT_EQ(interface.addresses[0].text(), "10.1.0.2/24");
  ASSERT_EQ(interface.automatic.size(), 1U);
  EXPECT_EQ(interface.automatic[0].text(), "fd01::/64");
  ASSERT_EQ(interface.gateways.size(), 2U);
  ASSERT_EQ(interface.routes.size(), 2U);
  EXPECT_EQ(interface.routes[0].gateway.value().text(), "10.1.0.9");
  EXPECT_FALSE(interface.routes[1].gateway.has_value());
}

TEST(Interface, IsWrittenAsItIsRead) {
  for (const char* words : {
           "type=veth,bridge=br0",
           "type=veth,bridge=br0,create,peer=out,vlan=10,isolated,guard,locked,mac=02:00:00:00:00:"
           "07,mtu=1400,"
           "address=10.1.0.2/24,address=fd01::2/64,gateway=10.1.0.1,route=10.9.0.0/16 via "
           "10.1.0.9,route=10.8.0.0/16",
           "type=macvlan,parent=up0,mode=private,address=10.1.0.2/24",
       }) {
    EXPECT_EQ(describe(parse(words)), words);
  }
  EXPECT_EQ(describe(parse("parent=up0,type=macvlan")), "type=macvlan,parent=up0,mode=bridge");
}

TEST(Interface, OfOtherAnnotationsThereAreNone) {
  EXPECT_TRUE(parse_interfaces({{"dev.runtime.networks", "x"}, {"dev.runtime.interface.eth0", "x"}})
                  .empty());
}

TEST(Interface, AGatewayMayBeOnTheLinkOnly) {
  EXPECT_EQ(parse("bridge=br0,address=fd01::2/64,gateway=fe80::1").gateways[0].text(), "fe80::1");
}

TEST(Interface, ItsNetworksAreThoseOfAllItsAddresses) {
  const auto networks = parse("bridge=br0,address=10.1.0.2/24,address=auto:fd01::/64").networks();
  ASSERT_EQ(networks.size(), 2U);
  EXPECT_EQ(networks[0].text(), "fd01::/64");
  EXPECT_EQ(networks[1].text(), "10.1.0.0/24");
}

}  // namespace
}  // namespace runtime::network
