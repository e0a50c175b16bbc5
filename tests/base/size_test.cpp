#include "base/size.h"

#include <gtest/gtest.h>

namespace {

TEST(Size, AsPeopleWriteThem) {
  const struct {
    const char* text;
    std::optional<std::int64_t> bytes;
  } table[] = {
      {"0", 0},
      {"1073741824", 1073741824},
      {"-1", -1},
      {"10b", 10},
      {"512k", 524288},
      {"512K", 524288},
      {"512kb", 524288},
      {"512KiB", 524288},
      {"64m", 67108864},
      {"1.5g", 1610612736},
      {"0.5M", 524288},
      {"2T", 2199023255552},
      {"7p", 7881299347898368},
      {"9223372036854775807", 9223372036854775807},
      {"9223372036854775808", std::nullopt},
      {"8192p", std::nullopt},
      {"", std::nullopt},
      {"-2", std::nullopt},
      {"m", std::nullopt},
      {"1.5", std::nullopt},
      {"1.", std::nullopt},
      {"1.m", std::nullopt},
      {".5m", std::nullopt},
      {"1.2.3m", std::nullopt},
      {"1 m", std::nullopt},
      {"1mm", std::nullopt},
      {"1bb", std::nullopt},
      {"1x", std::nullopt},
      {"+1", std::nullopt},
      {"0x10", std::nullopt},
  };
  for (const auto& row : table) EXPECT_EQ(base::parse_size(row.text), row.bytes) << row.text;
}

}  // namespace
