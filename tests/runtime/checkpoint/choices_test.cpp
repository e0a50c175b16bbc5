#include <gtest/gtest.h>

#include "base/error.h"
#include "runtime/checkpoint/criu_choices.h"
#include "runtime/checkpoint/descriptors.h"
#include "runtime/checkpoint/externals.h"

namespace runtime {
namespace {

TEST(Descriptors, AsRuncHasThem) {
  const std::vector<std::string> names{"file[1a:2b]", "pipe:[12]", "/dev/pts/3"};
  const std::string bytes = R"(["file[1a:2b]","pipe:[12]","/dev/pts/3"])";
  EXPECT_EQ(format_descriptors(names), bytes);
  EXPECT_EQ(parse_descriptors(bytes), names);
  EXPECT_EQ(parse_descriptors("[\"/dev/null\", \"pipe:[1]\", \"pipe:[2]\"]\n").size(), 3U);
  EXPECT_EQ(format_descriptors({}), "[]");
  EXPECT_TRUE(parse_descriptors("[]").empty());
  for (const char* wrong : {"", "{}", "[1]", "[\"a\"", "[]}"}) {
    EXPECT_THROW(parse_descriptors(wrong), base::Error) << wrong;
  }
}

TEST(Descriptors, WhatADumpIsToldAndARestoreGives) {
  const std::vector<std::string> names{"file[1a:2b]", "pipe:[12]", "/dev/pts/3"};
  EXPECT_EQ(external_files(names), std::vector<std::string>{"file[1a:2b]"});
  const std::vector<criu::InheritedFd> inherited{{"file[1a:2b]", 0}, {"pipe:[12]", 1}};
  EXPECT_EQ(inherited_streams(names), inherited);
  EXPECT_TRUE(inherited_streams({"/dev/null", "socket:[1]", ""}).empty());
}

TEST(Choices, ConfigFile) {
  EXPECT_EQ(criu_config_file({}), "/etc/criu/runc.conf");
  EXPECT_EQ(criu_config_file({{"a", "b"}, {"org.criu.config", "/x"}}), "/x");
  EXPECT_EQ(criu_config_file({{"org.criu.config", ""}}), "");
}

TEST(Choices, AChosenNetworkLockStays) {
  EXPECT_EQ(network_lock(criu::NetworkLock::Skip), criu::NetworkLock::Skip);
  EXPECT_EQ(network_lock(criu::NetworkLock::Iptables), criu::NetworkLock::Iptables);
}

TEST(Choices, CgroupRoots) {
  const auto roots = cgroup_roots("5:cpu,cpuacct:/a:b\n1:name=systemd:/c\n0::/d\nnonsense\n");
  ASSERT_EQ(roots.size(), 4U);
  EXPECT_EQ(roots[0].controller + roots[0].path, "cpu/a:b");
  EXPECT_EQ(roots[1].controller + roots[1].path, "cpuacct/a:b");
  EXPECT_EQ(roots[2].controller + roots[2].path, "name=systemd/c");
  EXPECT_EQ(roots[3].controller + roots[3].path, "/d");
}

TEST(Externals, MappedIdsAreRefused) {
  rootfs::MountStep step;
  step.index = 2;
  step.destination = "/data";
  check_mounts_come_back({step});
  step.id_map.emplace();
  EXPECT_THROW(check_mounts_come_back({step}), base::Error);
}

}  // namespace
}  // namespace runtime
