#include "seccomp/default_profile.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "seccomp/calls.h"
#include "seccomp/decisions.h"
#include "seccomp/explain.h"

namespace {

using namespace seccomp;
using oci::SeccompAction;
using Arguments = std::array<std::uint64_t, 6>;

// Of all ways to make the call the most permissive.
SeccompAction action(const oci::Seccomp& profile, oci::SeccompArch architecture, const char* call,
                     const Arguments& arguments = {}) {
  SeccompAction result = SeccompAction::KillProcess;
  for (const auto& each : explain(profile, {architecture_of(architecture), call, arguments})) {
    if (each.action == SeccompAction::Allow) return SeccompAction::Allow;
    result = each.action;
  }
  return result;
}

bool allows(const oci::Seccomp& profile, const char* call, const Arguments& arguments = {}) {
  return action(profile, native_architecture().name, call, arguments) == SeccompAction::Allow;
}

TEST(DefaultProfile, AllowsWhatOrdinaryProgramsNeed) {
  const auto profile = default_profile({});
  for (const char* call : {"read", "execve", "openat", "mmap", "futex", "wait4", "rt_sigreturn",
                           "exit_group", "connect", "epoll_wait", "prctl", "capset", "statx"}) {
    EXPECT_TRUE(allows(profile, call)) << call;
  }
}

TEST(DefaultProfile, DeniesWhatAttackersNeed) {
  const auto profile = default_profile({});
  for (const char* call : {"bpf",
                           "keyctl",
                           "add_key",
                           "request_key",
                           "userfaultfd",
                           "io_uring_setup",
                           "perf_event_open",
                           "ptrace",
                           "process_vm_writev",
                           "init_module",
                           "kexec_load",
                           "mount",
                           "fsopen",
                           "move_mount",
                           "pivot_root",
                           "setns",
                           "unshare",
                           "reboot",
                           "swapon",
                           "iopl",
                           "open_by_handle_at",
                           "settimeofday",
                           "quotactl",
                           "acct",
                           "syslog",
                           "chroot"}) {
    EXPECT_FALSE(allows(profile, call)) << call;
  }
}

TEST(DefaultProfile, LooksAtArguments) {
  const auto profile = default_profile({});
  constexpr std::uint64_t kNewUser = 0x10000000, kThread = 0x3d0f00;
  EXPECT_TRUE(allows(profile, "clone", {kThread}));
  EXPECT_FALSE(allows(profile, "clone", {kThread | kNewUser}));
  EXPECT_FALSE(allows(profile, "clone3"));
  for (const std::uint64_t domain : {1U, 2U, 10U, 16U, 17U}) {
    EXPECT_TRUE(allows(profile, "socket", {domain})) << domain;
  }
  for (const std::uint64_t domain : {0U, 3U, 38U, 40U, 44U}) {
    EXPECT_FALSE(allows(profile, "socket", {domain})) << domain;
  }
  EXPECT_TRUE(allows(profile, "personality", {0xffffffff}));
  EXPECT_FALSE(allows(profile, "personality", {0x40000}));
}

// The kinds of sockets can't be had by another door.
TEST(DefaultProfile, HasNoMultiplexerOfSockets) {
  if (native_architecture().name != oci::SeccompArch::X86_64) GTEST_SKIP() << "needs x86_64";
  const auto profile = default_profile({});
  EXPECT_EQ(action(profile, oci::SeccompArch::X86, "socketcall", {1}), SeccompAction::Errno);
  EXPECT_EQ(action(profile, oci::SeccompArch::X86, "socket", {38}), SeccompAction::Errno);
  EXPECT_EQ(action(profile, oci::SeccompArch::X86, "socket", {2}), SeccompAction::Allow);
  EXPECT_EQ(action(profile, oci::SeccompArch::X32, "read"), SeccompAction::KillThread);
}

TEST(DefaultProfile, GivesWithCapabilities) {
  struct Row {
    const char* capability;
    const char* call;
  };
  for (const Row& row :
       {Row{"CAP_SYS_ADMIN", "mount"}, Row{"CAP_SYS_ADMIN", "unshare"}, Row{"CAP_BPF", "bpf"},
        Row{"CAP_SYS_PTRACE", "ptrace"}, Row{"CAP_SYS_TIME", "settimeofday"},
        Row{"CAP_SYS_BOOT", "reboot"}, Row{"CAP_SYS_CHROOT", "chroot"}, Row{"CAP_SYSLOG", "syslog"},
        Row{"CAP_SYS_MODULE", "init_module"}, Row{"CAP_DAC_READ_SEARCH", "open_by_handle_at"}}) {
    EXPECT_TRUE(allows(default_profile({"CAP_CHOWN", row.capability}), row.call)) << row.call;
    EXPECT_FALSE(allows(default_profile({"CAP_CHOWN"}), row.call)) << row.call;
  }
  EXPECT_TRUE(allows(default_profile({"CAP_SYS_ADMIN"}), "clone", {0x10000000}));
  EXPECT_TRUE(allows(default_profile({"CAP_SYS_ADMIN"}), "clone3"));
}

// It would warn at each start of a name that libseccomp doesn't have.
TEST(DefaultProfile, NamesCallsThatExist) {
  EXPECT_TRUE(decide(default_profile({"CAP_SYS_ADMIN"})).unknown.empty());
}

}  // namespace
