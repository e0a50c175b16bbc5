#include "base/utf8.h"

#include <gtest/gtest.h>
#include <string>

namespace {

struct Utf8Case {
  const char* what;
  std::string text;
  std::size_t good;
};

TEST(Utf8, FindsTheFirstBadByte) {
  const Utf8Case cases[] = {
      {"nothing", "", 0},
      {"ascii", "a configuration", 15},
      {"two bytes", "\xc3\xa9", 2},
      {"three bytes", "\xe2\x82\xac", 3},
      {"four bytes", "\xf0\x9f\x98\x80", 4},
      {"the last code point", "\xf4\x8f\xbf\xbf", 4},
      {"past the last code point", "ab\xf4\x90\x80\x80", 2},
      {"a lone continuation", "ab\x80", 2},
      {"a byte that never occurs", "12345678\xff", 8},
      {"overlong slash in two", "\xc0\xaf", 0},
      {"overlong in three", "\xe0\x9f\xbf", 0},
      {"overlong in four", "\xf0\x8f\xbf\xbf", 0},
      {"a surrogate", "x\xed\xa0\x80", 1},
      {"the last before the surrogates", "\xed\x9f\xbf", 3},
      {"cut after the lead", "123\xe2", 3},
      {"cut before the end", "1234567\xe2\x82", 7},
      {"bad third byte", "\xe2\x82\x41", 0},
      {"bad byte behind a block",
       "12345678"
       "1234567\xc3\x28",
       15},
  };
  for (const Utf8Case& each : cases)
    EXPECT_EQ(base::utf8_prefix(each.text), each.good) << each.what;
}

}  // namespace
