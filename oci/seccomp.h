// The `linux.seccomp` object (config-linux.md#seccomp), as values with their rows.
//
// Names only: the numbers of actions, architectures and flags belong to libseccomp and the kernel,
// and the folder seccomp/ translates them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "oci/describe.h"

namespace oci {

enum class SeccompAction {
  Kill,
  KillProcess,
  KillThread,
  Trap,
  Errno,
  Trace,
  Allow,
  Log,
  Notify,
};

template <>
struct Names<SeccompAction> {
  static constexpr NameOf<SeccompAction> table[] = {
      {"SCMP_ACT_KILL", SeccompAction::Kill},
      {"SCMP_ACT_KILL_PROCESS", SeccompAction::KillProcess},
      {"SCMP_ACT_KILL_THREAD", SeccompAction::KillThread},
      {"SCMP_ACT_TRAP", SeccompAction::Trap},
      {"SCMP_ACT_ERRNO", SeccompAction::Errno},
      {"SCMP_ACT_TRACE", SeccompAction::Trace},
      {"SCMP_ACT_ALLOW", SeccompAction::Allow},
      {"SCMP_ACT_LOG", SeccompAction::Log},
      {"SCMP_ACT_NOTIFY", SeccompAction::Notify},
  };
};

enum class SeccompArch {
  X86,
  X86_64,
  X32,
  Arm,
  Aarch64,
  M68k,
  Mips,
  Mips64,
  Mips64N32,
  Mipsel,
  Mipsel64,
  Mipsel64N32,
  Ppc,
  Ppc64,
  Ppc64Le,
  S390,
  S390x,
  Parisc,
  Parisc64,
  Riscv64,
  Loongarch64,
  Sheb,
  Sh,
};

template <>
struct Names<SeccompArch> {
  static constexpr NameOf<SeccompArch> table[] = {
      {"SCMP_ARCH_X86", SeccompArch::X86},
      {"SCMP_ARCH_X86_64", SeccompArch::X86_64},
      {"SCMP_ARCH_X32", SeccompArch::X32},
      {"SCMP_ARCH_ARM", SeccompArch::Arm},
      {"SCMP_ARCH_AARCH64", SeccompArch::Aarch64},
      {"SCMP_ARCH_LOONGARCH64", SeccompArch::Loongarch64},
      {"SCMP_ARCH_M68K", SeccompArch::M68k},
      {"SCMP_ARCH_MIPS", SeccompArch::Mips},
      {"SCMP_ARCH_MIPS64", SeccompArch::Mips64},
      {"SCMP_ARCH_MIPS64N32", SeccompArch::Mips64N32},
      {"SCMP_ARCH_MIPSEL", SeccompArch::Mipsel},
      {"SCMP_ARCH_MIPSEL64", SeccompArch::Mipsel64},
      {"SCMP_ARCH_MIPSEL64N32", SeccompArch::Mipsel64N32},
      {"SCMP_ARCH_PARISC", SeccompArch::Parisc},
      {"SCMP_ARCH_PARISC64", SeccompArch::Parisc64},
      {"SCMP_ARCH_PPC", SeccompArch::Ppc},
      {"SCMP_ARCH_PPC64", SeccompArch::Ppc64},
      {"SCMP_ARCH_PPC64LE", SeccompArch::Ppc64Le},
      {"SCMP_ARCH_RISCV64", SeccompArch::Riscv64},
      {"SCMP_ARCH_S390", SeccompArch::S390},
      {"SCMP_ARCH_S390X", SeccompArch::S390x},
      {"SCMP_ARCH_SH", SeccompArch::Sh},
      {"SCMP_ARCH_SHEB", SeccompArch::Sheb},
  };
};

enum class SeccompFlag { Tsync, Log, SpecAllow, WaitKillableRecv };

template <>
struct Names<SeccompFlag> {
  static constexpr NameOf<SeccompFlag> table[] = {
      {"SECCOMP_FILTER_FLAG_TSYNC", SeccompFlag::Tsync},
      {"SECCOMP_FILTER_FLAG_LOG", SeccompFlag::Log},
      {"SECCOMP_FILTER_FLAG_SPEC_ALLOW", SeccompFlag::SpecAllow},
      {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", SeccompFlag::WaitKillableRecv},
  };
};

enum class SeccompOperator {
  NotEqual,
  LessThan,
  LessOrEqual,
  Equal,
  GreaterOrEqual,
  GreaterThan,
  MaskedEqual,
};

template <>
struct Names<SeccompOperator> {
  static constexpr NameOf<SeccompOperator> table[] = {
      {"SCMP_CMP_NE", SeccompOperator::NotEqual},
      {"SCMP_CMP_LT", SeccompOperator::LessThan},
      {"SCMP_CMP_LE", SeccompOperator::LessOrEqual},
      {"SCMP_CMP_EQ", SeccompOperator::Equal},
      {"SCMP_CMP_GE", SeccompOperator::GreaterOrEqual},
      {"SCMP_CMP_GT", SeccompOperator::GreaterThan},
      {"SCMP_CMP_MASKED_EQ", SeccompOperator::MaskedEqual},
  };
};

struct SeccompArg {
  std::uint32_t index = 0;
  std::uint64_t value = 0;
  std::uint64_t value_two = 0;
  SeccompOperator op{};
};

template <>
struct Describe<SeccompArg> {
  static constexpr auto fields = std::tuple{
      Field{"index", &SeccompArg::index, required},
      Field{"value", &SeccompArg::value, required},
      Field{"valueTwo", &SeccompArg::value_two},
      Field{"op", &SeccompArg::op, required},
  };
};

struct SeccompSyscall {
  std::vector<std::string> names;
  SeccompAction action{};
  std::optional<std::uint32_t> errno_ret;
  std::vector<SeccompArg> args;
};

template <>
struct Describe<SeccompSyscall> {
  static constexpr auto fields = std::tuple{
      Field{"names", &SeccompSyscall::names, required},
      Field{"action", &SeccompSyscall::action, required},
      Field{"errnoRet", &SeccompSyscall::errno_ret},
      Field{"args", &SeccompSyscall::args},
  };
};

struct Seccomp {
  SeccompAction default_action{};
  std::optional<std::uint32_t> default_errno_ret;
  std::vector<SeccompArch> architectures;
  std::optional<std::vector<SeccompFlag>> flags;  // absent: our default; empty: none
  std::string listener_path;
  std::string listener_metadata;
  std::vector<SeccompSyscall> syscalls;
};

template <>
struct Describe<Seccomp> {
  static constexpr auto fields = std::tuple{
      Field{"defaultAction", &Seccomp::default_action, required},
      Field{"defaultErrnoRet", &Seccomp::default_errno_ret},
      Field{"architectures", &Seccomp::architectures},
      Field{"flags", &Seccomp::flags},
      Field{"listenerPath", &Seccomp::listener_path},
      Field{"listenerMetadata", &Seccomp::listener_metadata},
      Field{"syscalls", &Seccomp::syscalls},
  };
};

// Whether an agent is to decide some calls.
inline bool notifies(const Seccomp& profile) noexcept {
  return std::ranges::any_of(profile.syscalls, [](const SeccompSyscall& rule) {
    return rule.action == SeccompAction::Notify;
  });
}

}  // namespace oci
