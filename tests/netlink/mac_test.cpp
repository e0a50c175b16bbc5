#include "netlink/mac.h"

#include <gtest/gtest.h>

namespace netlink {
namespace {

TEST(MacAddress, ReadsWhatItWrites) {
  for (const char* text : {"02:00:00:00:00:07", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"}) {
    EXPECT_EQ(MacAddress::parse(text).value().text(), text);
  }
  EXPECT_EQ(MacAddress::parse("0A:0b:0C:0d:0E:0f").value().text(), "0a:0b:0c:0d:0e:0f");
  for (const char* text : {"", "02:00:00:00:00", "02:00:00:00:00:07:08", "2:0:0:0:0:7",
                           "02-00-00-00-00-07", "02:00:00:00:00:0g", "02:00:00:00:00:+7"}) {
    EXPECT_FALSE(MacAddress::parse(text)) << text;
  }
  EXPECT_FALSE(MacAddress::from_bytes("12345"));
}

TEST(MacAddress, KnowsWhichAnInterfaceCanHave) {
  EXPECT_TRUE(MacAddress::parse("02:00:00:00:00:07")->is_unicast());
  EXPECT_FALSE(MacAddress::parse("01:00:5e:00:00:07")->is_unicast());
  EXPECT_FALSE(MacAddress().is_unicast());
}

TEST(MacAddress, RandomOnesAreOurOwnToGive) {
  for (int i = 0; i < 100; ++i) {
    const MacAddress address = MacAddress::random();
    EXPECT_TRUE(address.is_unicast());
    EXPECT_EQ(address.bytes()[0] & 2, 2);
    EXPECT_NE(address, MacAddress::random());
  }
}

}  // namespace
}  // namespace netlink
