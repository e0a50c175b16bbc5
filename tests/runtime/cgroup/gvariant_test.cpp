#include "runtime/cgroup/gvariant.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace runtime::cgroup {
namespace {

TEST(GVariant, IsReadAsDBusHasIt) {
  const std::pair<std::string, BusValue> rows[] = {
      {"true", {"b", {"true"}}},
      {" false ", {"b", {"false"}}},
      {"boolean true", {"b", {"true"}}},
      {"'inactive-or-failed'", {"s", {"inactive-or-failed"}}},
      {"\"it's\"", {"s", {"it's"}}},
      {R"('a\'b\\c\n')", {"s", {"a'b\\c\n"}}},
      {"string 'x'", {"s", {"x"}}},
      {"''", {"s", {""}}},
      {"5", {"i", {"5"}}},
      {"-5", {"i", {"-5"}}},
      {"+5", {"i", {"5"}}},
      {"0x10", {"i", {"16"}}},
      {"010", {"i", {"8"}}},
      {"0", {"i", {"0"}}},
      {"byte 255", {"y", {"255"}}},
      {"int16 -1", {"n", {"-1"}}},
      {"uint16 1", {"q", {"1"}}},
      {"uint32 7", {"u", {"7"}}},
      {"int64 -9223372036854775808", {"x", {"-9223372036854775808"}}},
      {"uint64 18446744073709551615", {"t", {"18446744073709551615"}}},
      {"uint64  0xff", {"t", {"255"}}},
      {"1.5", {"d", {"1.5"}}},
      {"1e3", {"d", {"1e3"}}},
      {"double 2", {"d", {"2"}}},
      {"['a', 'b']", {"as", {"2", "a", "b"}}},
      {"[ 'a' ]", {"as", {"1", "a"}}},
      {"[uint64 1, 2]", {"at", {"2", "1", "2"}}},
      {"[1,2,3]", {"ai", {"3", "1", "2", "3"}}},
      {"@as []", {"as", {"0"}}},
      {"@at [1]", {"at", {"1", "1"}}},
  };
  for (const auto& [text, value] : rows) {
    SCOPED_TRACE(text);
    EXPECT_EQ(parse_gvariant(text), value);
  }
}

TEST(GVariant, RefusesTheRest) {
  const std::pair<std::string, std::string> rows[] = {
      {"", "ends too early"},
      {"'a", "ends too early"},
      {"uint64 ", "ends too early"},
      {"[1, 2", "ends too early"},
      {"hello", "can't be read from \"hello\""},
      {"5 6", "can't be read from \"6\""},
      {"uint64 -1", "can't be read from \"-1\""},
      {"byte 256", "can't be read from \"256\""},
      {"2147483648", "can't be read from \"2147483648\""},
      {"uint64 'x'", "can't be read from \"'x'\""},
      {"string 5", "can't be read from \"5\""},
      {"boolean 1", "can't be read from \"1\""},
      {"uint64 true", "can't be read from \"true\""},
      {"08", "can't be read from \"08\""},
      {"('a', 'b')", "can't be read from \"('a', 'b')\""},
      {"<5>", "can't be read from \"<5>\""},
      {"['a', 5]", "can't be read from \"5]\""},
      {"['a' 'b']", "can't be read from \"'b']\""},
      {"[uint64 1, int32 2]", "can't be read from \"2]\""},
      {"[]", "an empty array needs its type: @as []"},
      {"@aas []", "can't be read from \"s []\""},
      {R"('\x')", "the escape \\x is not known"},
  };
  for (const auto& [text, problem] : rows) {
    SCOPED_TRACE(text);
    try {
      parse_gvariant(text);
      ADD_FAILURE() << "not refused";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.text(), problem);
    }
  }
}

}  // namespace
}  // namespace runtime::cgroup
