#include "oci/number_list.h"

#include <gtest/gtest.h>
#include <string>

namespace {

using oci::NumberSet;
using oci::parse_number_list;

TEST(NumberList, SetsTheBits) {
  EXPECT_EQ(parse_number_list("0"), NumberSet{1});
  EXPECT_EQ(parse_number_list("0-3,7"), NumberSet{0x8f});
  EXPECT_EQ(parse_number_list(" 7 , 1-2 "), NumberSet{0x86});
  EXPECT_EQ(parse_number_list("5-5,5,4-6"), NumberSet{0x70});
  EXPECT_EQ(parse_number_list("0-63"), NumberSet{~0UL});
  EXPECT_EQ(parse_number_list("63-64"), (NumberSet{1UL << 63, 1}));
  EXPECT_EQ(parse_number_list("60-130"), (NumberSet{0xfUL << 60, ~0UL, 7}));
  EXPECT_EQ(parse_number_list("65535")->size(), 1024U);
}

TEST(NumberList, RefusesEverythingElse) {
  for (const char* text : {"", " ", ",", "1,", ",1", "1-", "-1", "2-1", "1-2-3", "a", "0x1", "+1",
                           "65536", "0-65536", "99999999999999999999", "1 2", "1;2", "1\n"}) {
    EXPECT_EQ(parse_number_list(text), std::nullopt) << text;
  }
}

TEST(NumberList, TakesNoTimeForALongOne) {
  std::string text = "0-65535";
  for (int i = 0; i < 10000; ++i) text += ",0-65535";
  EXPECT_EQ(parse_number_list(text), NumberSet(1024, ~0UL));
}

}  // namespace
