#include "runtime/recorder/session.h"

#include <gtest/gtest.h>

namespace runtime::recorder {
namespace {

constexpr unsigned kBeforeExec = 0x40;  // PF_FORKNOEXEC

TEST(RoleOfNewcomer, TellsTheRuntimeFromTheProgram) {
  const struct {
    const char* what;
    unsigned flags;
    bool is_init, parent_is_inside;
    Role role;
  } cases[] = {
      {"a container that waits for start", kBeforeExec, true, false, Role::Setup},
      {"a container that runs", 0, true, false, Role::Program},
      {"what it has started", 0, false, true, Role::Program},
      {"a worker, which has only forked", kBeforeExec, false, true, Role::Program},
      {"of exec, on the way", kBeforeExec, false, false, Role::Setup},
      {"of exec, at work", 0, false, false, Role::Program},
  };
  for (const auto& each : cases) {
    sys::ProcessStat stat;
    stat.flags = each.flags;
    EXPECT_EQ(role_of_newcomer(stat, each.is_init, each.parent_is_inside), each.role) << each.what;
  }
}

}  // namespace
}  // namespace runtime::recorder
