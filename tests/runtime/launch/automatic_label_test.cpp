#include "runtime/launch/automatic_label.h"

#include <gtest/gtest.h>

#include "tests/support/forked.h"

namespace {

using namespace runtime;

TEST(AutomaticLabel, TakesCategoriesFromARange) {
  EXPECT_EQ(parse_category_range("auto"), (CategoryRange{0, 1023}));
  EXPECT_EQ(parse_category_range("auto:c512.c1023"), (CategoryRange{512, 1023}));
  for (const char* wrong : {"", "Auto", "auto:", "auto:c1", "auto:c2.c1", "auto:c1.c1", "auto:1.2",
                            "auto:c1.c2.c3", "auto:c1,c2", "auto:c-1.c2", "auto c1.c2"}) {
    EXPECT_EQ(test_support::error_of([&] { parse_category_range(wrong); }),
              '"' + std::string(wrong) + "\" is not auto or auto:cFIRST.cLAST");
  }
}

}  // namespace
