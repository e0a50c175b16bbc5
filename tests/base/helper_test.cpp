#include "base/helper.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace {

TEST(Helper, IsFoundInPathOrInUsrBin) {
  EXPECT_FALSE(base::find_helper("no-such-program"));
  setenv("PATH", ":relative:/nowhere", 1);
  EXPECT_EQ(base::find_helper("env"), "/usr/bin/env");
  setenv("PATH", "/nowhere:/bin", 1);
  EXPECT_EQ(base::find_helper("env"), "/bin/env");
  unsetenv("PATH");
  EXPECT_EQ(base::find_helper("env"), "/usr/bin/env");
}

TEST(Helper, SaysHowItEndedAndWhatItWrote) {
  const auto result = base::run_helper("/bin/sh", {"sh", "-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(result.exit.shell_status(), 3);
  EXPECT_EQ(result.output, "out\nerr\n");
  EXPECT_EQ(base::run_helper("/bin/sh", {"sh", "-c", "kill -9 $$"}).exit.shell_status(), 137);
}

TEST(Helper, ThatCantBeRunSaysWhy) {
  const auto result = base::run_helper("/nowhere", {"nowhere"});
  EXPECT_EQ(result.exit.shell_status(), 127);
  EXPECT_EQ(result.output, "not found (ENOENT)");
}

}  // namespace
