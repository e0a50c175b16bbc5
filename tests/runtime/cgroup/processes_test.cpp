// What is read from cgroup.procs and said of a process that doesn't end.
#include "runtime/cgroup/processes.h"

#include <gtest/gtest.h>

namespace runtime::cgroup {
namespace {

TEST(Pids, AreParsed) {
  const struct {
    const char* text;
    std::vector<pid_t> pids;
  } cases[] = {
      {"", {}},
      {"1\n20\n", {1, 20}},
      {"0\n7", {0, 7}},
      {"x\n-3\n99999999999\n 4\n5 \n6\n", {6}},
  };
  for (const auto& c : cases) {
    std::vector<pid_t> pids;
    parse_pids(c.text, pids);
    EXPECT_EQ(pids, c.pids) << c.text;
  }
}

TEST(Process, IsDescribedForAnError) {
  const struct {
    pid_t pid;
    const char* status;
    const char* wait_channel;
    const char* text;
  } cases[] = {
      {7, "Name:\tsleep\nState:\tD (disk sleep)\nTracerPid:\t0\n", "fuse_wait",
       "7 (sleep) in state D, waiting in fuse_wait"},
      {7, "Name:\tsh\nState:\tt (tracing stop)\nTracerPid:\t42\n", "0",
       "7 (sh) in state t, traced by 42"},
      {7, "Name:\ta) Z 1\\n\nState:\tR (running)\n", "", "7 (a) Z 1\\n) in state R"},
      {7, "", "", "7 (ended just now)"},
      {0, "", "", "one in another pid namespace"},
  };
  for (const auto& c : cases) EXPECT_EQ(describe_process(c.pid, c.status, c.wait_channel), c.text);
}

TEST(Processes, AreNotAllNamed) {
  const std::vector<pid_t> many(20, 0);
  const std::string text = describe_processes(many);
  EXPECT_NE(text.find("; and 12 more"), std::string::npos) << text;
}

}  // namespace
}  // namespace runtime::cgroup
