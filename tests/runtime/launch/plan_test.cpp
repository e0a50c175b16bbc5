#include "runtime/launch/plan.h"

#include <gtest/gtest.h>
#include <initializer_list>
#include <linux/capability.h>
#include <linux/sched.h>

namespace runtime {
namespace {

using Type = oci::NamespaceType;

const Caller kRoot{.capabilities = ~std::uint64_t{0}};
const Caller kOrdinary{.uid = 1000, .gid = 1000};

// New namespaces of some types, and joined ones of others.
NamespacePlan plan_of(std::initializer_list<Type> added, std::initializer_list<Type> paths = {},
                      const Caller& caller = kRoot, bool clocks = false) {
  oci::Linux config;
  std::vector<JoinedNamespace> joined;
  for (const Type type : added) config.namespaces.push_back({type, ""});
  for (const Type type : paths) {
    config.namespaces.push_back({type, "/ns"});
    joined.push_back({type, 0, 0, {}});
  }
  if (clocks) config.time_offsets = {{"boottime", {.secs = 1, .nanosecs = 0}}};
  return plan_namespaces(config, joined, caller);
}

TEST(PlanTest, EachNewNamespaceIsACloneFlag) {
  struct Row {
    Type type;
    std::uint64_t flag;
  };
  for (const Row& row : {Row{Type::Ipc, CLONE_NEWIPC}, Row{Type::Mount, CLONE_NEWNS},
                         Row{Type::Network, CLONE_NEWNET}, Row{Type::Pid, CLONE_NEWPID},
                         Row{Type::Uts, CLONE_NEWUTS}, Row{Type::User, CLONE_NEWUSER},
                         Row{Type::Time, CLONE_NEWTIME}}) {
    EXPECT_EQ(plan_of({row.type}).clone_flags, row.flag);
  }
}

TEST(PlanTest, TheCgroupNamespaceComesLate) {
  const NamespacePlan plan = plan_of({Type::Cgroup, Type::Mount});
  EXPECT_EQ(plan.clone_flags, std::uint64_t{CLONE_NEWNS});
  EXPECT_TRUE(plan.unshare_cgroup);
}

TEST(PlanTest, WhatFollowsFromThem) {
  EXPECT_TRUE(plan_of({Type::Network}).new_network);
  EXPECT_FALSE(plan_of({Type::Mount}).new_network);
  EXPECT_FALSE(plan_of({Type::Mount}, {Type::Network}).new_network);
  EXPECT_FALSE(plan_of({Type::Mount}).shares_mounts);
  EXPECT_TRUE(plan_of({Type::Pid}).shares_mounts);
  EXPECT_FALSE(plan_of({Type::Pid}).shares_pids);
  EXPECT_TRUE(plan_of({Type::Mount}).shares_pids);
  EXPECT_TRUE(plan_of({Type::Mount}, {Type::Pid}).shares_pids);
  EXPECT_FALSE(plan_of({Type::Mount}, {Type::Cgroup}).unshare_cgroup);
}

TEST(PlanTest, AJoinerIsThereOnlyWhereOneIsNeeded) {
  EXPECT_FALSE(plan_of({Type::Mount, Type::Pid, Type::User}).needs_joiner);
  EXPECT_FALSE(plan_of({Type::Mount, Type::Time}).needs_joiner);
  EXPECT_FALSE(plan_of({Type::Mount}, {Type::Network, Type::Ipc, Type::Uts}).needs_joiner);
  EXPECT_FALSE(plan_of({}, {Type::Mount, Type::Time, Type::Cgroup}).needs_joiner);
  EXPECT_TRUE(plan_of({Type::Mount}, {Type::Pid}).needs_joiner);
  EXPECT_TRUE(plan_of({Type::Mount}, {Type::User}).needs_joiner);
  EXPECT_TRUE(plan_of({Type::Mount, Type::User}, {Type::Network}).needs_joiner);
  EXPECT_TRUE(plan_of({Type::Mount, Type::Time}, {}, kRoot, true).needs_joiner);
}

TEST(PlanTest, InitHoldsItsTongueUntilItsJoinerHasAnnouncedIt) {
  EXPECT_FALSE(plan_of({Type::Mount}).init_awaits_host());
  EXPECT_TRUE(plan_of({Type::Mount}, {Type::Pid}).init_awaits_host());
  EXPECT_TRUE(plan_of({Type::Mount, Type::User}).init_awaits_host());
}

TEST(PlanTest, UserNamespaces) {
  EXPECT_FALSE(plan_of({Type::Mount}).in_user_namespace);
  EXPECT_TRUE(plan_of({Type::User}).in_user_namespace);
  EXPECT_TRUE(plan_of({Type::User}).new_user_namespace());
  EXPECT_TRUE(plan_of({}, {Type::User}).in_user_namespace);
  EXPECT_FALSE(plan_of({}, {Type::User}).new_user_namespace());
}

TEST(PlanTest, ClocksAreMadeByTheJoinerWhereItHasTheRight) {
  const NamespacePlan root = plan_of({Type::Mount, Type::Time, Type::User}, {}, kRoot, true);
  EXPECT_TRUE(root.sets_clocks);
  EXPECT_EQ(root.clone_flags, std::uint64_t{CLONE_NEWNS | CLONE_NEWUSER});
  EXPECT_EQ(root.joiner_flags, 0U);

  const NamespacePlan user = plan_of({Type::Mount, Type::Time, Type::User}, {}, kOrdinary, true);
  EXPECT_TRUE(user.sets_clocks);
  EXPECT_EQ(user.clone_flags, std::uint64_t{CLONE_NEWNS});
  EXPECT_EQ(user.joiner_flags, std::uint64_t{CLONE_NEWUSER});
  EXPECT_TRUE(user.joiner_is_first());
  EXPECT_FALSE(user.init_is_first());
  EXPECT_TRUE(user.in_user_namespace);
}

}  // namespace
}  // namespace runtime
