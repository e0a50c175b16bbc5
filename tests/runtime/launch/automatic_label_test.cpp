#include "runtime/launch/automatic_label.h"

#include <gtest/gtest.h>

#include "tests/support/forked.h"

namespace {

using namespace runtime;

TEST(AutomaticLabel, TakesCategoriesFromARange) {
  EXPECT_EQ(parse_automatic_label("auto"), (CategoryRange{0, 1023}));
  EXPECT_EQ(parse_automatic_label("auto:c512.c1023"), (CategoryRange{512, 1023}));
  EXPECT_EQ(parse_automatic_label("none"), std::nullopt);
  for (const char* wrong : {"", "Auto", "auto:", "auto:c1", "auto:c2.c1", "auto:c1.c1", "auto:1.2",
                            "auto:c1.c2.c3", "auto:c1,c2", "auto:c-1.c2", "auto c1.c2"}) {
    EXPECT_EQ(test_support::error_of([&] { parse_automatic_label(wrong); }),
              '"' + std::string(wrong) + "\" is none of auto, auto:cFIRST.cLAST, none");
  }
}

TEST(AutomaticLabel, TheHostsSettingIsOneLine) {
  const CategoryRange all{0, 1023};
  EXPECT_EQ(parse_host_setting("auto"), all);
  EXPECT_EQ(parse_host_setting("# Every container.\n\n  auto\t\n"), all);
  EXPECT_EQ(parse_host_setting("auto:c1.c9\n"), (CategoryRange{1, 9}));
  for (const char* nothing : {"", "\n", "# auto", "none\n"}) {
    EXPECT_EQ(parse_host_setting(nothing), std::nullopt);
  }
}

TEST(AutomaticLabel, TheHostsSettingIsRefusedByItsLine) {
  const auto error_of = [](std::string_view text) {
    return test_support::error_of([&] { parse_host_setting(text); });
  };
  EXPECT_EQ(error_of("#\nselinux=auto\n"),
            "line 2: \"selinux=auto\" is none of auto, auto:cFIRST.cLAST, none");
  EXPECT_EQ(error_of("auto\n\nnone\n"), "line 3: \"none\" is one too many after line 1");
}

}  // namespace
