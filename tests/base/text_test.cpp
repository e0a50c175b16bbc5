#include "base/text.h"

#include <gtest/gtest.h>

#include "base/passwd.h"
#include "base/time.h"

namespace base {
namespace {

TEST(TextTest, Cat) {
  EXPECT_EQ(cat("a", 1, 'b', std::string("c"), -7L, std::string_view("d")), "a1bc-7d");
  EXPECT_EQ(cat(UINT64_MAX), "18446744073709551615");
}

TEST(TextTest, ParseIntIsStrict) {
  EXPECT_EQ(parse_int<int>("-12"), -12);
  EXPECT_EQ(parse_int<unsigned>("12"), 12U);
  EXPECT_EQ(parse_int<std::uint8_t>("255"), 255);
  EXPECT_EQ(parse_int<unsigned>("755", 8), 0755U);
  for (const char* bad : {"", " 1", "1 ", "+1", "0x1", "1.0", "one", "12a"}) {
    EXPECT_EQ(parse_int<int>(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(parse_int<unsigned>("-1"), std::nullopt);
  EXPECT_EQ(parse_int<std::uint8_t>("256"), std::nullopt);
}

TEST(TextTest, SplitKeepsEmptyPieces) {
  EXPECT_EQ(split("a::b:", ':'), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ':'), (std::vector<std::string_view>{""}));
  EXPECT_EQ(join({"a", "b", "c"}, ", "), "a, b, c");
}

TEST(TextTest, StrippedAtBothEnds) {
  EXPECT_EQ(base::stripped(" \ta b\r", " \t\r"), "a b");
  EXPECT_EQ(base::stripped("", " "), "");
  EXPECT_EQ(base::stripped("  ", " "), "");
}

TEST(TextTest, WithoutNewlineAtItsEnd) {
  EXPECT_EQ(without_newline("a\nb\n\n"), "a\nb");
  EXPECT_EQ(without_newline("\n"), "");
  EXPECT_EQ(without_newline(""), "");
  EXPECT_EQ(without_tail({"label\0\n\0", 8}, {"\0\n", 2}), "label");
}

TEST(TextTest, WordsAreWhatIsBetweenBlanks) {
  EXPECT_EQ(words("  a bc "), (std::vector<std::string_view>{"a", "bc"}));
  EXPECT_TRUE(words(" ").empty());
}

TEST(TextTest, HexadecimalHasNoLeadingZeros) {
  EXPECT_EQ(hexadecimal(0), "0");
  EXPECT_EQ(hexadecimal(0xab1), "ab1");
  EXPECT_EQ(hexadecimal(~std::uint64_t{0}), "ffffffffffffffff");
}

TEST(TextTest, QuotedIsOneShortLine) {
  EXPECT_EQ(quoted("web"), "\"web\"");
  // C1 controls, U+009B for one, and what isn't UTF-8.
  EXPECT_EQ(quoted("\xc2\x9b"
                   "31m \xff\xc3\xbc"),
            "\"\\xc2\\x9b31m \\xff\xc3\xbc\"");
  EXPECT_EQ(quoted("a\nb\x7f\"\\"), "\"a\\x0ab\\x7f\\\"\\\\\"");
  EXPECT_EQ(base::quoted(std::string(64, 'x')), cat("\"", std::string(64, 'x'), "\""));
  EXPECT_EQ(base::quoted(std::string(63, 'x') + "\xc3\xbc"),
            cat("\"", std::string(63, 'x'), "\"..."));
  EXPECT_EQ(base::quoted(std::string(65, 'x')), cat("\"", std::string(64, 'x'), "\"..."));
}

TEST(PasswdTest, FindsTheFirstEntryOfAUid) {
  const char* text =
      "root:x:0:0:root:/root:/bin/sh\n"
      "broken line\n"
      "noid:x:abc:0::/nowhere:\n"
      "web:x:33:33:web:/var/www:/bin/false\n"
      "also-web:x:33:33::/other:/bin/false\n"
      "nohome:x:34:34";
  EXPECT_EQ(find_passwd_entry(text, 0)->home, "/root");
  EXPECT_EQ(find_passwd_entry(text, 33)->name, "web");
  EXPECT_EQ(find_passwd_entry(text, 33)->home, "/var/www");
  EXPECT_FALSE(find_passwd_entry(text, 34));
  EXPECT_FALSE(find_passwd_entry("", 0));
}

TEST(TimeTest, Rfc3339) {
  EXPECT_EQ(rfc3339({1767323045, 678901234}, 6), "2026-01-02T03:04:05.678901Z");
  EXPECT_EQ(rfc3339({1767323045, 1}, 9), "2026-01-02T03:04:05.000000001Z");
  EXPECT_EQ(rfc3339({951782399, 0}, 6), "2000-02-28T23:59:59.000000Z");
  EXPECT_EQ(rfc3339({951782400, 0}, 6), "2000-02-29T00:00:00.000000Z");
}

}  // namespace
}  // namespace base
