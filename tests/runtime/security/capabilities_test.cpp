// What becomes of the configuration's lists: masks and warnings.
#include "runtime/security/capabilities.h"

#include <gtest/gtest.h>
#include <linux/capability.h>

namespace runtime::security {
namespace {

using Names = std::vector<std::string>;

constexpr std::uint64_t bit(unsigned capability) { return std::uint64_t{1} << capability; }
constexpr std::uint64_t kAll = ~std::uint64_t{0};

TEST(Capabilities, NamesBecomeBits) {
  const struct {
    Names names;
    std::uint64_t mask;
  } cases[] = {
      {{}, 0},
      {{"CAP_CHOWN"}, bit(CAP_CHOWN)},
      {{"CAP_CHOWN", "CAP_CHECKPOINT_RESTORE", "CAP_CHOWN"}, bit(CAP_CHOWN) | bit(40)},
      {{"CAP_NOTHING", "CAP_KILL", "CAP_NOTHING"}, bit(CAP_KILL)},
      {{"CHOWN"}, 0},
      {{"cap_chown"}, 0},
      {{"CAP_chown"}, 0},
      {{"CAP_"}, 0},
      {{""}, 0},
      {{"CAP_41"}, 0},
      {{"CAP_CHOWN "}, 0},
  };
  for (const auto& c : cases) {
    oci::Capabilities wanted;
    wanted.bounding = c.names;
    Names warnings;
    EXPECT_EQ(resolve_from(wanted, kAll, &warnings).bounding, c.mask);
    EXPECT_EQ(warnings, Names{});
  }
}

TEST(Capabilities, EverySetIsItsOwn) {
  oci::Capabilities wanted;
  wanted.bounding = {"CAP_CHOWN", "CAP_KILL", "CAP_SETUID"};
  wanted.permitted = {"CAP_CHOWN", "CAP_KILL", "CAP_SYS_ADMIN"};
  wanted.effective = {"CAP_CHOWN"};
  wanted.inheritable = {"CAP_KILL"};
  wanted.ambient = {"CAP_KILL"};
  Names warnings;
  const CapabilitySets sets = resolve_from(wanted, kAll, &warnings);
  EXPECT_EQ(sets.bounding, bit(CAP_CHOWN) | bit(CAP_KILL) | bit(CAP_SETUID));
  EXPECT_EQ(sets.permitted, bit(CAP_CHOWN) | bit(CAP_KILL) | bit(CAP_SYS_ADMIN));
  EXPECT_EQ(sets.effective, bit(CAP_CHOWN));
  EXPECT_EQ(sets.inheritable, bit(CAP_KILL));
  EXPECT_EQ(sets.ambient, bit(CAP_KILL));
  EXPECT_EQ(warnings, Names{});
}

TEST(Capabilities, NothingIsAdded) {
  const CapabilitySets sets = resolve_from({}, kAll, nullptr);
  EXPECT_EQ(sets.bounding | sets.permitted | sets.effective | sets.inheritable | sets.ambient, 0U);
}

TEST(Capabilities, WhatCannotBeGrantedIsLeftOutOnce) {
  oci::Capabilities wanted;
  wanted.bounding = wanted.permitted = wanted.effective = {"CAP_CHOWN", "CAP_SYS_RESOURCE"};
  Names warnings;
  const CapabilitySets sets = resolve_from(wanted, bit(CAP_CHOWN), &warnings);
  EXPECT_EQ(sets.permitted, bit(CAP_CHOWN));
  EXPECT_EQ(sets.effective, bit(CAP_CHOWN));
  EXPECT_EQ(sets.bounding, bit(CAP_CHOWN) | bit(CAP_SYS_RESOURCE)) << "it only takes away";
  EXPECT_EQ(warnings,
            Names{"capability CAP_SYS_RESOURCE is not granted: the runtime doesn't have it"});
}

TEST(Capabilities, WhatTheKernelWouldRefuseIsLeftOut) {
  oci::Capabilities wanted;
  wanted.bounding = {"CAP_KILL"};
  wanted.permitted = {"CAP_KILL"};
  wanted.effective = {"CAP_KILL", "CAP_CHOWN"};
  wanted.inheritable = {"CAP_KILL", "CAP_FOWNER"};
  wanted.ambient = {"CAP_KILL", "CAP_FOWNER"};
  Names warnings;
  const CapabilitySets sets = resolve_from(wanted, kAll, &warnings);
  EXPECT_EQ(sets.effective, bit(CAP_KILL));
  EXPECT_EQ(sets.inheritable, bit(CAP_KILL));
  EXPECT_EQ(sets.ambient, bit(CAP_KILL));
  EXPECT_EQ(warnings,
            (Names{"capability CAP_CHOWN is not granted: effective, but not permitted",
                   "capability CAP_FOWNER is not granted: inheritable, but not in the bounding set",
                   "capability CAP_FOWNER is not granted: ambient, but not both permitted and "
                   "inheritable"}));
}

TEST(Capabilities, AmbientOnesWithoutAnyInheritableAreNothing) {
  oci::Capabilities wanted;
  wanted.bounding = wanted.permitted = wanted.effective = wanted.ambient = {"CAP_KILL"};
  Names warnings;
  EXPECT_EQ(resolve_from(wanted, kAll, &warnings).ambient, 0U);
  EXPECT_EQ(warnings, Names{});
}

TEST(Capabilities, AllNamesAreThoseOfTheKernel) {
  const Names names = all_names();
  ASSERT_GT(names.size(), std::size_t{CAP_CHECKPOINT_RESTORE});
  EXPECT_EQ(names[0], "CAP_CHOWN");
  EXPECT_EQ(names[CAP_SYS_ADMIN], "CAP_SYS_ADMIN");
  EXPECT_EQ(names[40], "CAP_CHECKPOINT_RESTORE");
  for (const std::string& name : names) {
    oci::Capabilities wanted;
    wanted.bounding = {name};
    EXPECT_NE(resolve_from(wanted, kAll, nullptr).bounding, 0U) << name;
  }
}

}  // namespace
}  // namespace runtime::security
