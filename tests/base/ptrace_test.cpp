#include "base/ptrace.h"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/process.h"
#include "base/socket.h"
#include "tests/support/forked.h"

namespace sys {
namespace {

using Kind = TraceEventKind;

constexpr int stopped(int signal, int event = 0) { return event << 16 | signal << 8 | 0x7f; }

TEST(TraceEventTest, IsWhatTheStatusSays) {
  const struct {
    const char* what;
    int status;
    Kind kind;
    int signal;
  } cases[] = {
      {"exit status 3", 3 << 8, Kind::Ended, 0},
      {"killed", SIGKILL, Kind::Ended, 0},
      {"core dumped", SIGSEGV | 0x80, Kind::Ended, 0},
      {"a system call", stopped(SIGTRAP | 0x80), Kind::Call, 0},
      {"a signal", stopped(SIGUSR1), Kind::Signal, SIGUSR1},
      {"a breakpoint of its own", stopped(SIGTRAP), Kind::Signal, SIGTRAP},
      {"SIGSTOP, not yet delivered", stopped(SIGSTOP), Kind::Signal, SIGSTOP},
      {"SIGSTOP, at work", stopped(SIGSTOP, PTRACE_EVENT_STOP), Kind::GroupStop, 0},
      {"stopped by the terminal", stopped(SIGTTIN, PTRACE_EVENT_STOP), Kind::GroupStop, 0},
      {"interrupted", stopped(SIGTRAP, PTRACE_EVENT_STOP), Kind::Trap, 0},
      {"fork", stopped(SIGTRAP, PTRACE_EVENT_FORK), Kind::NewThread, 0},
      {"vfork", stopped(SIGTRAP, PTRACE_EVENT_VFORK), Kind::NewThread, 0},
      {"clone", stopped(SIGTRAP, PTRACE_EVENT_CLONE), Kind::NewThread, 0},
      {"exec", stopped(SIGTRAP, PTRACE_EVENT_EXEC), Kind::Exec, 0},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(trace_event(7, each.status), (TraceEvent{7, each.kind, each.signal})) << each.what;
  }
}

TEST(InterruptedCallTest, IsReadAsProcHasIt) {
  const auto call = parse_interrupted_call(
      "230 0x0 0x1 0x7ffd5c8f2d40 0xffffffffffffffff 0x4 0x5 0x7ffd5c8f2c98 0x7f0b2c2e4b07\n");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->number, 230U);
  EXPECT_EQ(call->arguments, (std::array<std::uint64_t, 6>{0, 1, 0x7ffd5c8f2d40, ~0ULL, 4, 5}));
}

TEST(InterruptedCallTest, IsNoneOutsideOfOne) {
  for (const char* line : {"running\n", "-1 0x7ffd 0x7f0b\n", "", "0", "230 0x0 0x1 0x2 0x3 0x4",
                           "230 0x0 0x1 0x2 0x3 0x4 0xg", "4294967295 0x0 0x1 0x2 0x3 0x4 0x5"}) {
    EXPECT_FALSE(parse_interrupted_call(line)) << line;
  }
}

// A child that waits for us to go, and one that has ended but is not reaped yet.
TEST(PtraceTest, AThreadThatHasEndedIsNoError) {
  Cloned child = clone3(0, nullptr);
  if (child.pid == 0) leave_child(0);
  ASSERT_TRUE(wait_for_exit(child.pidfd, 10000));
  EXPECT_FALSE(ptrace_seize(child.pid));
  reap(child.pidfd);
  EXPECT_FALSE(ptrace_seize(child.pid));
  EXPECT_FALSE(ptrace_interrupt(child.pid));
  EXPECT_FALSE(ptrace_resume(child.pid, 0));
  EXPECT_FALSE(ptrace_listen(child.pid));
  EXPECT_FALSE(entered_call(child.pid));
  EXPECT_FALSE(interrupted_call(child.pid));
  EXPECT_FALSE(thread_before_exec(child.pid));
  EXPECT_TRUE(threads_of(child.pid).empty());
  EXPECT_FALSE(process_of_thread(child.pid));
  EXPECT_FALSE(tracer_of(child.pid));
}

TEST(PtraceTest, OneHasOneTracer) {
  auto [ours, theirs] = socket_pair(SocketType::Packet);
  Cloned child = clone3(0, nullptr);
  if (child.pid == 0) {
    ours.reset();
    receive_message(theirs, 16);
    leave_child(0);
  }
  EXPECT_EQ(process_of_thread(child.pid), child.pid);
  EXPECT_EQ(threads_of(child.pid), std::vector<pid_t>{child.pid});
  EXPECT_EQ(tracer_of(child.pid), 0);
  EXPECT_TRUE(ptrace_seize(child.pid));
  EXPECT_EQ(tracer_of(child.pid), getpid());
  EXPECT_FALSE(ptrace_seize(child.pid)) << "ours already";
  const std::string refused =
      "process " + std::to_string(child.pid) + " is traced by process " + std::to_string(getpid());
  test_support::in_child(
      [&] { EXPECT_EQ(test_support::error_of([&] { ptrace_seize(child.pid); }), refused); });
  ours.reset();
  reap(child.pidfd);
}

TEST(PtraceTest, NobodyIsLeftWithoutChildren) {
  test_support::in_child([] {
    const TraceWait next = next_trace_event();
    EXPECT_TRUE(next.nobody_left);
    EXPECT_FALSE(next.event);
  });
}

}  // namespace
}  // namespace sys
