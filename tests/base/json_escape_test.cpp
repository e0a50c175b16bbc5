#include "base/json_escape.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(JsonStringTest, EscapesWhatMayNotStandInIt) {
  const struct {
    std::string_view text;
    const char* string;
  } cases[] = {
      {"", R"("")"},
      {"plain/path", R"("plain/path")"},
      {R"(a "word" and a \)", R"("a \"word\" and a \\")"},
      {"\n\r\t", R"("\n\r\t")"},
      {std::string_view("\0\x1f\x7f", 3), "\"\\u0000\\u001f\x7f\""},
      {"h\xc3\xa9", "\"h\xc3\xa9\""},
      {"no UTF-8: \xff.", R"("no UTF-8: \\xff.")"},
  };
  for (const auto& each : cases) EXPECT_EQ(json_string(each.text), each.string);
}

}  // namespace
}  // namespace base
