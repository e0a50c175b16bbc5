#include "runtime/criu/log.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace runtime::criu {
namespace {

TEST(Log, TheLastErrorsInOneLine) {
  EXPECT_EQ(last_errors("(00.1) fine\n"
                        "(00.2) Error (criu/a.c:1): one\n"
                        "(00.3) Warn  (criu/a.c:2): no\n"
                        "(00.4)      1: Error (criu/b.c:3): mnt: two\n"),
            "(criu/a.c:1): one; (criu/b.c:3): mnt: two");
  EXPECT_EQ(last_errors(""), "");
  EXPECT_EQ(last_errors("(00.1) no Error: here\n"), "");
}

TEST(Log, NotMoreThanFour) {
  std::string log;
  for (int line = 1; line <= 6; ++line) log += base::cat("Error (x.c:", line, "): e\n");
  EXPECT_EQ(last_errors(log), "(x.c:3): e; (x.c:4): e; (x.c:5): e; (x.c:6): e");
}

// Engines would take these for the container's program missing or unfit (K-35, K-37).
TEST(Log, NothingThatEnginesMisread) {
  EXPECT_EQ(last_errors("Error (a.c:1): Can't open x: No such file or directory\n"
                        "Error (a.c:2): Can't open y: Permission denied\n"
                        "Error (a.c:3): Can't set z: Operation not permitted\n"),
            "(a.c:1): Can't open x: not found (ENOENT); (a.c:2): Can't open y: access denied "
            "(EACCES); (a.c:3): Can't set z: not permitted (EPERM)");
}

TEST(Log, ControlCharactersAreEscaped) {
  EXPECT_EQ(last_errors("Error (a.c:1): \x1b[1m\n").find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace runtime::criu
