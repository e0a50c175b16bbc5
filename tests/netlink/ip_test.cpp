// Addresses and prefixes: text, bytes, arithmetic.
#include "netlink/ip.h"

#include <gtest/gtest.h>

namespace netlink {
namespace {

IpPrefix prefix(const char* text) { return IpPrefix::parse(text).value(); }
IpAddress address(const char* text) { return IpAddress::parse(text).value(); }

TEST(IpAddress, ReadsWhatItWrites) {
  for (const char* text :
       {"0.0.0.0", "10.1.0.2", "255.255.255.255", "::", "::1", "fd01::2", "2001:db8:1:2:3:4:5:6"}) {
    EXPECT_EQ(address(text).text(), text);
    EXPECT_EQ(IpAddress::from_bytes(address(text).bytes()), address(text));
  }
}

TEST(IpAddress, RefusesWhatIsNone) {
  for (const char* text : {"", "10.1", "10.1.0.256", "10.1.0.2 ", "010.1.0.2",
                           "fd01::2::", "fe80::1%eth0", "localhost", "10.1.0.2/24"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("10.1.0.2\0x", 10)));
  EXPECT_FALSE(IpAddress::from_bytes("abc"));
}

TEST(IpAddress, KnowsWhichAHostCanHave) {
  for (const char* text : {"10.1.0.2", "1.0.0.0", "223.255.255.255", "fd01::", "fe80::1"}) {
    EXPECT_TRUE(address(text).is_unicast()) << text;
  }
  for (const char* text : {"0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "255.255.255.255",
                           "::", "::1", "ff02::1"}) {
    EXPECT_FALSE(address(text).is_unicast()) << text;
  }
  EXPECT_TRUE(address("fe80::1").is_link_local());
  EXPECT_TRUE(address("febf::1").is_link_local());
  EXPECT_FALSE(address("fec0::1").is_link_local());
  EXPECT_FALSE(address("254.128.0.1").is_link_local());
}

TEST(IpAddress, CountsOn) {
  EXPECT_EQ(address("10.1.0.255").next(), address("10.1.1.0"));
  EXPECT_EQ(address("255.255.255.255").next(), address("0.0.0.0"));
  EXPECT_EQ(address("fd01::ffff").next(), address("fd01::1:0"));
}

TEST(IpAddress, ClearsAndSetsTheRest) {
  EXPECT_EQ(address("10.1.2.3").with_rest_cleared(20), address("10.1.0.0"));
  EXPECT_EQ(address("10.1.2.3").with_rest_set(20), address("10.1.15.255"));
  EXPECT_EQ(address("10.1.2.3").with_rest_cleared(0), address("0.0.0.0"));
  EXPECT_EQ(address("10.1.2.3").with_rest_set(32), address("10.1.2.3"));
  EXPECT_EQ(address("fd01::2").with_rest_set(121), address("fd01::7f"));
}

TEST(IpPrefix, ReadsWhatItWrites) {
  for (const char* text :
       {"10.1.0.2/24", "0.0.0.0/0", "10.1.0.2/32", "fd01::2/64", "::/0", "::1/128"}) {
    EXPECT_EQ(prefix(text).text(), text);
  }
  for (const char* text : {"", "10.1.0.2", "10.1.0.2/", "10.1.0.2/33", "10.1.0.2/-1", "fd01::/129",
                           "10.1.0.2/24 ", "/24"}) {
    EXPECT_FALSE(IpPrefix::parse(text)) << text;
  }
  EXPECT_EQ(prefix("10.1.0.2/24").network().text(), "10.1.0.0/24");
}

TEST(IpPrefix, ContainsAndOverlaps) {
  EXPECT_TRUE(prefix("10.1.0.2/24").contains(address("10.1.0.255")));
  EXPECT_FALSE(prefix("10.1.0.2/24").contains(address("10.1.1.0")));
  EXPECT_TRUE(prefix("0.0.0.0/0").contains(address("10.1.1.0")));
  EXPECT_FALSE(prefix("0.0.0.0/0").contains(address("::1"))) << "of the other family";
  EXPECT_TRUE(prefix("10.1.0.0/16").overlaps(prefix("10.1.7.0/24")));
  EXPECT_TRUE(prefix("10.1.7.0/24").overlaps(prefix("10.1.0.0/16")));
  EXPECT_FALSE(prefix("10.1.6.0/24").overlaps(prefix("10.1.7.0/24")));
}

TEST(IpPrefix, SparesTheNetworksOwn) {
  EXPECT_FALSE(prefix("10.1.0.0/24").is_for_hosts(address("10.1.0.0")));
  EXPECT_TRUE(prefix("10.1.0.0/24").is_for_hosts(address("10.1.0.1")));
  EXPECT_FALSE(prefix("10.1.0.0/24").is_for_hosts(address("10.1.0.255")));
  EXPECT_FALSE(prefix("10.1.0.0/24").is_for_hosts(address("10.1.1.1")));
  EXPECT_TRUE(prefix("10.1.0.0/31").is_for_hosts(address("10.1.0.0")));
  EXPECT_TRUE(prefix("10.1.0.7/32").is_for_hosts(address("10.1.0.7")));
  EXPECT_FALSE(prefix("fd01::/64").is_for_hosts(address("fd01::")));
  EXPECT_TRUE(prefix("fd01::/64").is_for_hosts(address("fd01::ffff:ffff:ffff:ffff")));
  EXPECT_TRUE(prefix("fd01::/127").is_for_hosts(address("fd01::")));
}

}  // namespace
}  // namespace netlink
