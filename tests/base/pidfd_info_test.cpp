#include "base/pidfd_info.h"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/process.h"

namespace sys {
namespace {

bool kernel_tells() {
  utsname name{};
  uname(&name);
  int major = 0;
  int minor = 0;
  return sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
         (major > 6 || (major == 6 && minor >= 15));
}

Cloned child_that_waits() {
  Cloned child = clone3(0, nullptr);
  if (child.pid == 0) {
    for (;;) pause();
  }
  return child;
}

TEST(PidfdInfoTest, TellsTheEndOfWhoIsReapedAndNotBefore) {
  if (!kernel_tells()) GTEST_SKIP() << "PIDFD_INFO_EXIT is of Linux 6.15";
  const Cloned child = child_that_waits();
  EXPECT_FALSE(exit_of_reaped(child.pidfd));
  pidfd_send_signal(child.pidfd, SIGKILL);
  ASSERT_TRUE(wait_for_exit(child.pidfd, 10'000));
  EXPECT_FALSE(exit_of_reaped(child.pidfd));
  ASSERT_TRUE(reap(child.pidfd));
  const auto exit = exit_of_reaped(child.pidfd);
  ASSERT_TRUE(exit);
  EXPECT_TRUE(exit->by_signal);
  EXPECT_EQ(exit->value, SIGKILL);
}

TEST(PidfdInfoTest, TellsAnExitStatus) {
  if (!kernel_tells()) GTEST_SKIP() << "PIDFD_INFO_EXIT is of Linux 6.15";
  const Cloned child = clone3(0, nullptr);
  if (child.pid == 0) leave_child(7);
  ASSERT_TRUE(reap(child.pidfd));
  const auto exit = exit_of_reaped(child.pidfd);
  ASSERT_TRUE(exit);
  EXPECT_FALSE(exit->by_signal);
  EXPECT_EQ(exit->value, 7);
}

TEST(PidfdInfoTest, NothingElseTellsAnything) {
  EXPECT_FALSE(exit_of_reaped(BorrowedFd(STDIN_FILENO)));
}

}  // namespace
}  // namespace sys
