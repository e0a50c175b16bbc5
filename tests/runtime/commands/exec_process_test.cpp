#include "runtime/commands/exec_process.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace runtime {
namespace {

using Names = std::vector<std::string>;

oci::Process container() {
  oci::Process process;
  process.terminal = true;
  process.console_size = oci::ConsoleSize{1, 2};
  process.args = {"init"};
  process.env = {"A=1"};
  process.cwd = "/home";
  process.user = {.uid = 5, .gid = 6, .umask = 077, .additional_gids = {7}};
  process.capabilities.emplace();
  process.capabilities->bounding = {"CAP_KILL"};
  process.capabilities->ambient = {"CAP_KILL"};
  process.rlimits = {{oci::RlimitType::Nofile, 1, 2}};
  process.apparmor_profile = "profile";
  process.selinux_label = "u:r:t:s0";
  return process;
}

TEST(ExecProcess, IsTheContainersWithAnotherProgram) {
  const oci::Process process = derive_process({}, {"ls", "-l"}, container());
  EXPECT_EQ(process.args, (Names{"ls", "-l"}));
  EXPECT_EQ(process.env, Names{"A=1"});
  EXPECT_EQ(process.cwd, "/home");
  EXPECT_EQ(process.user.uid, 5U);
  EXPECT_EQ(process.user.umask, 077U);
  EXPECT_EQ(process.capabilities, container().capabilities);
  EXPECT_EQ(process.apparmor_profile, "profile");
  EXPECT_EQ(process.selinux_label, "u:r:t:s0");
  // A terminal is one's own, or there is none.
  EXPECT_FALSE(process.terminal);
  EXPECT_FALSE(process.console_size);
}

TEST(ExecProcess, OptionsReplaceAndAdd) {
  ProcessOptions options;
  options.env = {"B=2"};
  options.cwd = "/x";
  options.user = UserOption{8, std::nullopt};
  options.additional_gids = {9};
  options.capabilities = {"CAP_CHOWN"};
  options.apparmor = "other";
  options.selinux_label = "u:r:o:s0";
  options.no_new_privileges = true;
  options.terminal = true;
  const oci::Process process = derive_process(options, {"ls"}, container());
  EXPECT_EQ(process.env, (Names{"A=1", "B=2"}));
  EXPECT_EQ(process.cwd, "/x");
  EXPECT_EQ(process.user.uid, 8U);
  EXPECT_EQ(process.user.gid, 6U);
  EXPECT_EQ(process.user.additional_gids, (std::vector<std::uint32_t>{7, 9}));
  EXPECT_EQ(process.capabilities->bounding, (Names{"CAP_KILL", "CAP_CHOWN"}));
  EXPECT_EQ(process.capabilities->effective, Names{"CAP_CHOWN"});
  EXPECT_EQ(process.capabilities->permitted, Names{"CAP_CHOWN"});
  // What an executed file could take up, or a program keep, is no more than before.
  EXPECT_TRUE(process.capabilities->inheritable.empty());
  EXPECT_EQ(process.capabilities->ambient, Names{"CAP_KILL"});
  EXPECT_EQ(process.apparmor_profile, "other");
  EXPECT_EQ(process.selinux_label, "u:r:o:s0");
  EXPECT_TRUE(process.no_new_privileges);
  EXPECT_TRUE(process.terminal);
  options.no_new_privileges = false;
  EXPECT_FALSE(derive_process(options, {"ls"}, process).no_new_privileges);
  options.no_new_privileges.reset();
  EXPECT_TRUE(derive_process(options, {"ls"}, process).no_new_privileges);
}

TEST(ExecProcess, DocumentsAreCompleted) {
  const oci::Process empty = complete_process({}, container());
  EXPECT_EQ(empty.capabilities, container().capabilities);
  EXPECT_EQ(empty.rlimits.size(), 1U);
  EXPECT_EQ(empty.apparmor_profile, "profile");
  EXPECT_EQ(empty.selinux_label, "u:r:t:s0");
  EXPECT_EQ(empty.user.uid, 0U);
  EXPECT_TRUE(empty.env.empty());
  oci::Process full;
  full.capabilities = oci::Capabilities{};
  full.rlimits = {{oci::RlimitType::Core, 0, 0}, {oci::RlimitType::Cpu, 0, 0}};
  full.apparmor_profile = "a";
  full.selinux_label = "b";
  full = complete_process(full, container());
  EXPECT_EQ(full.capabilities, oci::Capabilities{});
  EXPECT_EQ(full.rlimits.size(), 2U);
  EXPECT_EQ(full.apparmor_profile, "a");
  EXPECT_EQ(full.selinux_label, "b");
}

TEST(ExecProcess, UsersAreNumbers) {
  EXPECT_EQ(parse_user("1").uid, 1U);
  EXPECT_FALSE(parse_user("1").gid);
  EXPECT_EQ(parse_user("4294967294:2").uid, 4294967294U);
  EXPECT_EQ(parse_user("1:2").gid, 2U);
  for (const char* text : {"", ":", ":2", "1:", "-1", "+1", " 1", "1 ", "0x0", "root", "1:2:3",
                           "4294967295", "4294967296", "99999999999999999999", "1:root"}) {
    EXPECT_THROW(parse_user(text), base::Error) << text;
  }
}

TEST(ExecProcess, CapabilitiesHaveTheirFullNames) {
  EXPECT_EQ(parse_capability("CAP_NET_RAW"), "CAP_NET_RAW");
  for (const char* text : {"", "NET_RAW", "cap_net_raw", "CAP_NO", "CAP_", "ALL"}) {
    EXPECT_THROW(parse_capability(text), base::Error) << text;
  }
}

}  // namespace
}  // namespace runtime
