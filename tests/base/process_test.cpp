#include "base/process.h"

#include <csignal>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/child_process.h"
#include "base/socket.h"

namespace sys {
namespace {

// 52 fields as the kernel writes them, around a name of the caller's.
std::string stat_line(const std::string& name, const std::string& state,
                      const std::string& pending = "0", const std::string& exit_code = "0") {
  return "42 (" + name + ") " + state +
         " 1 42 42 0 -1 4194624 10 0 0 0 1 2 0 0 20 0 1 0 987654 1000 200 18446744073709551615 "
         "1 1 0 0 0 " +
         pending + " 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 " + exit_code + "\n";
}

TEST(ProcessStatTest, ReadsPastAnyName) {
  for (const char* name : {"sleep", "a) Z 1 1 (b", ")", "", "x y"}) {
    const auto stat = parse_process_stat(stat_line(name, "S"));
    ASSERT_TRUE(stat) << name;
    EXPECT_EQ(stat->state, 'S');
    EXPECT_EQ(stat->start_time, 987654U);
    EXPECT_TRUE(stat->before_exec());
    EXPECT_TRUE(stat->alive());
  }
}

TEST(ProcessStatTest, ZombiesAndTheDeadAreNotAlive) {
  EXPECT_FALSE(parse_process_stat(stat_line("x", "Z"))->alive());
  EXPECT_FALSE(parse_process_stat(stat_line("x", "X"))->alive());
}

TEST(ProcessStatTest, WhoHasSigkillPendingIsEnding) {
  EXPECT_FALSE(parse_process_stat(stat_line("x", "S"))->is_ending());
  EXPECT_FALSE(parse_process_stat(stat_line("x", "S", "16384"))->is_ending());  // SIGTERM
  EXPECT_TRUE(parse_process_stat(stat_line("x", "S", "16640"))->is_ending());
  EXPECT_TRUE(parse_process_stat(stat_line("x", "Z"))->is_ending());
}

TEST(ProcessStatTest, TheExitCodeIsTheLastFieldThereWas) {
  EXPECT_EQ(parse_process_stat(stat_line("x", "Z"))->exit_code, 0);
  EXPECT_EQ(parse_process_stat(stat_line("x", "Z", "0", "31"))->exit_code, 31);
  EXPECT_EQ(parse_process_stat(stat_line("x", "Z", "0", "256 7 8"))->exit_code, 256);
  EXPECT_EQ(parse_process_stat("42 (x) Z 1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 5 0 0 0 0 0 0 0 0 0 0")
                ->exit_code,
            0);
}

TEST(ProcessStatTest, RefusesWhatIsNoStatLine) {
  for (const char* bad : {"", "42", "42 (x", "42 (x) S", "42 (x) S 1 2 3"}) {
    EXPECT_FALSE(parse_process_stat(bad)) << bad;
  }
}

TEST(ProcessStatTest, KnowsThisProcess) {
  const auto stat = process_stat(getpid());
  ASSERT_TRUE(stat);
  EXPECT_TRUE(stat->alive());
  EXPECT_FALSE(stat->before_exec());  // the test was started by an execve
  EXPECT_GT(stat->start_time, 0U);
}

TEST(Clone3Test, TheChildIsBeforeItsExecAndReportsItsEnd) {
  auto [ours, theirs] = socket_pair(SocketType::Packet);
  Cloned cloned = clone3(0, nullptr);
  if (cloned.pid == 0) {
    ours.reset();
    receive_message(theirs, 16);
    leave_child(42);
  }
  const auto stat = process_stat(cloned.pid);
  ASSERT_TRUE(stat);
  EXPECT_TRUE(stat->before_exec());
  EXPECT_FALSE(wait_for_exit(cloned.pidfd, 0));
  ours.reset();
  EXPECT_TRUE(wait_for_exit(cloned.pidfd, 5000));
  const auto exit = reap(cloned.pidfd);
  ASSERT_TRUE(exit);
  EXPECT_FALSE(exit->by_signal);
  EXPECT_EQ(exit->shell_status(), 42);
  EXPECT_FALSE(reap(cloned.pidfd));
  EXPECT_FALSE(pidfd_send_signal(cloned.pidfd, SIGTERM));
}

TEST(ChildProcessTest, IsKilledAndReapedWithItsOwner) {
  pid_t pid = 0;
  {
    Cloned cloned = clone3(0, nullptr);
    if (cloned.pid == 0) {
      pause();
      leave_child(0);
    }
    pid = cloned.pid;
    const base::ChildProcess child(std::move(cloned));
  }
  EXPECT_FALSE(process_stat(pid));
}

TEST(CloseAllExceptTest, ClosesTheGaps) {
  Cloned cloned = clone3(0, nullptr);
  if (cloned.pid == 0) {
    for (int fd = 10; fd < 30; ++fd) dup2(0, fd);
    const int error = try_close_all_except(11, {29, 10, 20, -1});
    int open = 0;
    for (int fd = 10; fd < 30; ++fd) open += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    const bool kept = fcntl(10, F_GETFD) >= 0 && fcntl(20, F_GETFD) >= 0 && fcntl(29, F_GETFD) >= 0;
    leave_child(error == 0 && open == 3 && kept ? 0 : 1);
  }
  EXPECT_EQ(reap(cloned.pidfd)->shell_status(), 0);
}

}  // namespace
}  // namespace sys
