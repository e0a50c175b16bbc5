#include "runtime/commands/table.h"

#include <gtest/gtest.h>

namespace {

TEST(Table, ColumnsStandBelowEachOther) {
  EXPECT_EQ(runtime::format_table({{"ID", "NAME", "X"}, {"long-id", "", "y"}, {"i", "n", ""}}),
            "ID        NAME   X\n"
            "long-id          y\n"
            "i         n      \n");
}

TEST(Table, CharactersAreCountedNotBytes) {
  EXPECT_EQ(runtime::format_table({{"é", "x"}, {"ab", "y"}}),
            "é    x\n"
            "ab   y\n");
}

TEST(Table, Sizes) {
  const struct {
    std::uint64_t bytes;
    const char* text;
  } rows[] = {
      {0, "0B"},
      {1023, "1023B"},
      {1024, "1.00KiB"},
      {1536, "1.50KiB"},
      {10 << 10, "10.0KiB"},
      {(100 << 10) - 1, "99.9KiB"},
      {1023 << 10, "1023KiB"},
      {1 << 20, "1.00MiB"},
      {std::uint64_t{15} << 30, "15.0GiB"},
      {UINT64_MAX, "15.9EiB"},
  };
  for (const auto& row : rows) EXPECT_EQ(runtime::human_size(row.bytes), row.text) << row.bytes;
}

}  // namespace
