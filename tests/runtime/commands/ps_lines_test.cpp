#include "runtime/commands/ps_lines.h"

#include <gtest/gtest.h>

#include "tests/support/forked.h"

namespace {

TEST(PsLines, AreThoseOfTheProcesses) {
  const char* output =
      "UID          PID    PPID  C STIME TTY          TIME CMD\n"
      "root           1       0  0 10:00 ?        00:00:01 init 12\n"
      "root          12       1  0 10:00 ?        00:00:00 sleep 1\n"
      "root         112       1  0 10:00 ?        00:00:00 sleep 112\n";
  EXPECT_EQ(runtime::lines_of_processes(output, {12}),
            "UID          PID    PPID  C STIME TTY          TIME CMD\n"
            "root          12       1  0 10:00 ?        00:00:00 sleep 1\n");
  EXPECT_EQ(runtime::lines_of_processes(output, {}),
            "UID          PID    PPID  C STIME TTY          TIME CMD\n");
}

TEST(PsLines, FindThePidWhereverItIs) {
  EXPECT_EQ(runtime::lines_of_processes("    PID COMMAND\n      7 sh\n     17 sh\n", {7, 9}),
            "    PID COMMAND\n      7 sh\n");
  // Threads have no line of their own process's number.
  EXPECT_EQ(runtime::lines_of_processes("COMMAND PID\nsh 7\nsh -\n\nodd\n", {7}),
            "COMMAND PID\nsh 7\n");
}

TEST(PsLines, NeedAPid) {
  EXPECT_EQ(test_support::error_of([] { runtime::lines_of_processes("COMMAND\nsh\n", {7}); }),
            "couldn't find PID field in ps output");
  EXPECT_EQ(test_support::error_of([] { runtime::lines_of_processes("", {}); }),
            "couldn't find PID field in ps output");
}

}  // namespace
