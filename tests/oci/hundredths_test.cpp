#include "oci/hundredths.h"

#include <gtest/gtest.h>

namespace {

TEST(Hundredths, AreWrittenWithTwoDecimals) {
  const struct {
    std::uint64_t count;
    const char* text;
  } rows[] = {{0, "0.00"}, {5, "0.05"}, {50, "0.50"}, {1234, "12.34"}, {10000, "100.00"}};
  for (const auto& row : rows) {
    EXPECT_EQ(oci::text_of({row.count}), row.text);
    ASSERT_TRUE(oci::parse_hundredths(row.text)) << row.text;
    EXPECT_EQ(oci::parse_hundredths(row.text)->count, row.count);
  }
}

TEST(Hundredths, AreNothingElse) {
  for (const char* text : {"", ".", ".12", "1", "12", "1.2", "1.234", "-1.00", "1.-1", "x.00",
                           "1.0x", "1,00", " 1.00", "184467440737095517.00"}) {
    EXPECT_FALSE(oci::parse_hundredths(text)) << text;
  }
}

}  // namespace
