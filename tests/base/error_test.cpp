#include "base/error.h"

#include <cerrno>
#include <gtest/gtest.h>

#include "base/attempt.h"
#include "base/rollback.h"

namespace base {
namespace {

TEST(ErrorTest, FramesComeInFrontOutermostFirst) {
  const Context outer{[] { return "create web"; }};
  const Context inner{[] { return "mounts[3] /proc"; }};
  EXPECT_EQ(Error("fsmount proc", EPERM).text(),
            "create web: mounts[3] /proc: fsmount proc: not permitted (EPERM)");
}

TEST(ErrorTest, AFrameIsGoneWithItsScope) {
  {
    const Context frame{[] { return "gone"; }};
  }
  EXPECT_EQ(Error("bare").text(), "bare");
}

TEST(ErrorTest, AFrameIsEvaluatedOnlyForAnError) {
  int evaluated = 0;
  const Context frame{[&] {
    ++evaluated;
    return "frame";
  }};
  EXPECT_EQ(evaluated, 0);
  EXPECT_EQ(Error("x").text(), "frame: x");
  EXPECT_EQ(evaluated, 1);
}

TEST(ErrorTest, NoContextHidesTheFramesAndRestoresThem) {
  const Context outer{[] { return "parent"; }};
  {
    const NoContext fresh;
    const Context own{[] { return "child"; }};
    EXPECT_EQ(Error("x").text(), "child: x");
  }
  EXPECT_EQ(Error("x").text(), "parent: x");
}

TEST(ErrorTest, AReportedErrorKeepsItsTextAndGetsOurFrames) {
  const Context outer{[] { return "create web"; }};
  const Error error = Error::reported("mounts[0]: gone (ENOENT)", ENOENT);
  EXPECT_EQ(error.text(), "create web: mounts[0]: gone (ENOENT)");
  EXPECT_EQ(error.code(), ENOENT);
}

// K-35, K-37: these words would make an engine say that the container's command is at fault.
TEST(ErrorTest, NoErrnoReadsLikeAMissingOrForbiddenCommand) {
  for (int code = 1; code < 134; ++code) {
    const std::string text = describe_errno(code);
    for (const char* magic : {"o such file", "ermission denied", "peration not permitted",
                              "ot a directory", "s a directory"}) {
      EXPECT_EQ(text.find(magic), std::string::npos) << text;
    }
  }
  EXPECT_EQ(describe_errno(ENOSPC), "No space left on device (ENOSPC)");
  EXPECT_EQ(describe_errno(4711), "errno 4711");
}

TEST(RollbackTest, UndoesInReverseUnlessCommitted) {
  std::string done;
  {
    const Rollback first{[&] { done += "first "; }};
    Rollback kept{[&] { done += "kept "; }};
    const Rollback last{[&] { done += "last "; }};
    kept.commit();
  }
  EXPECT_EQ(done, "last first ");
}

TEST(RollbackTest, AFailingUndoDoesNotKeepTheOthers) {
  bool undone = false;
  {
    const Rollback first{[&] { undone = true; }};
    const Rollback failing{[] { throw Error("rmdir", EBUSY); }};
  }
  EXPECT_TRUE(undone);
}

TEST(AttemptTest, AnErrorCountsAsNothing) {
  EXPECT_EQ(attempt([] { return std::optional<int>(7); }), 7);
  EXPECT_EQ(attempt([]() -> std::optional<int> { throw Error("damaged"); }), std::nullopt);
}

}  // namespace
}  // namespace base
