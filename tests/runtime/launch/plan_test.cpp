#include "runtime/launch/plan.h"

#include <gtest/gtest.h>
#include <initializer_list>
#include <linux/sched.h>

namespace runtime {
namespace {

using Type = oci::NamespaceType;

LaunchPlan plan_of(std::initializer_list<Type> types) {
  oci::Linux config;
  for (const Type type : types) config.namespaces.push_back({type, ""});
  return plan_launch(config);
}

TEST(PlanTest, EachNewNamespaceIsACloneFlag) {
  struct Row {
    Type type;
    std::uint64_t flag;
  };
  for (const Row& row : {Row{Type::Ipc, CLONE_NEWIPC}, Row{Type::Mount, CLONE_NEWNS},
                         Row{Type::Network, CLONE_NEWNET}, Row{Type::Pid, CLONE_NEWPID},
                         Row{Type::Uts, CLONE_NEWUTS}}) {
    EXPECT_EQ(plan_of({row.type}).clone_flags, row.flag);
  }
}

TEST(PlanTest, TheCgroupNamespaceComesLate) {
  const LaunchPlan plan = plan_of({Type::Cgroup, Type::Mount});
  EXPECT_EQ(plan.clone_flags, std::uint64_t{CLONE_NEWNS});
  EXPECT_TRUE(plan.unshare_cgroup);
}

TEST(PlanTest, WhatFollowsFromThem) {
  EXPECT_TRUE(plan_of({Type::Network}).new_network);
  EXPECT_FALSE(plan_of({Type::Mount}).new_network);
  EXPECT_FALSE(plan_of({Type::Pid}).shares_pids);
  EXPECT_TRUE(plan_of({Type::Mount}).shares_pids);
}

}  // namespace
}  // namespace runtime
