// The `process` object (config.md#process), as values with their rows. It is a file of its own
// because `exec` reads one without a config.json around it.
//
// Enumerators with a kernel number carry it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <tuple>
#include <vector>

#include "oci/describe.h"

namespace oci {

struct ConsoleSize {  // in characters
  std::uint64_t height = 0;
  std::uint64_t width = 0;
};

template <>
struct Describe<ConsoleSize> {
  static constexpr auto fields = std::tuple{
      Field{"height", &ConsoleSize::height, required},
      Field{"width", &ConsoleSize::width, required},
  };
};

// No user's and no group's: setresuid(-1), "leave it".
inline constexpr std::uint32_t reserved_id = 0xffffffff;

struct User {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::optional<std::uint32_t> umask;  // absent is not 0
  std::vector<std::uint32_t> additional_gids;
};

template <>
struct Describe<User> {
  static constexpr auto fields = std::tuple{
      Field{"uid", &User::uid, required},
      Field{"gid", &User::gid, required},
      Field{"umask", &User::umask},
      Field{"additionalGids", &User::additional_gids},
  };
  static constexpr std::string_view ignored[] = {"username"};
};

// Strings and not an enum: a name the kernel or we don't know is a warning, no error.
struct Capabilities {
  std::vector<std::string> bounding;
  std::vector<std::string> effective;
  std::vector<std::string> inheritable;
  std::vector<std::string> permitted;
  std::vector<std::string> ambient;
  bool operator==(const Capabilities&) const = default;
};

template <>
struct Describe<Capabilities> {
  static constexpr auto fields = std::tuple{
      Field{"bounding", &Capabilities::bounding},
      Field{"effective", &Capabilities::effective},
      Field{"inheritable", &Capabilities::inheritable},
      Field{"permitted", &Capabilities::permitted},
      Field{"ambient", &Capabilities::ambient},
  };
};

// The numbers differ between architectures, hence the header's.
enum class RlimitType {
  As = RLIMIT_AS,
  Core = RLIMIT_CORE,
  Cpu = RLIMIT_CPU,
  Data = RLIMIT_DATA,
  Fsize = RLIMIT_FSIZE,
  Locks = RLIMIT_LOCKS,
  Memlock = RLIMIT_MEMLOCK,
  Msgqueue = RLIMIT_MSGQUEUE,
  Nice = RLIMIT_NICE,
  Nofile = RLIMIT_NOFILE,
  Nproc = RLIMIT_NPROC,
  Rss = RLIMIT_RSS,
  Rtprio = RLIMIT_RTPRIO,
  Rttime = RLIMIT_RTTIME,
  Sigpending = RLIMIT_SIGPENDING,
  Stack = RLIMIT_STACK,
};

template <>
struct Names<RlimitType> {
  static constexpr NameOf<RlimitType> table[] = {
      {"RLIMIT_AS", RlimitType::As},
      {"RLIMIT_CORE", RlimitType::Core},
      {"RLIMIT_CPU", RlimitType::Cpu},
      {"RLIMIT_DATA", RlimitType::Data},
      {"RLIMIT_FSIZE", RlimitType::Fsize},
      {"RLIMIT_LOCKS", RlimitType::Locks},
      {"RLIMIT_MEMLOCK", RlimitType::Memlock},
      {"RLIMIT_MSGQUEUE", RlimitType::Msgqueue},
      {"RLIMIT_NICE", RlimitType::Nice},
      {"RLIMIT_NOFILE", RlimitType::Nofile},
      {"RLIMIT_NPROC", RlimitType::Nproc},
      {"RLIMIT_RSS", RlimitType::Rss},
      {"RLIMIT_RTPRIO", RlimitType::Rtprio},
      {"RLIMIT_RTTIME", RlimitType::Rttime},
      {"RLIMIT_SIGPENDING", RlimitType::Sigpending},
      {"RLIMIT_STACK", RlimitType::Stack},
  };
};

struct Rlimit {
  RlimitType type{};
  std::uint64_t soft = 0;  // in what setrlimit(2) counts that resource by
  std::uint64_t hard = 0;
};

template <>
struct Describe<Rlimit> {
  static constexpr auto fields = std::tuple{
      Field{"type", &Rlimit::type, required},
      Field{"hard", &Rlimit::hard, required},
      Field{"soft", &Rlimit::soft, required},
  };
};

enum class SchedulerPolicy {
  Other = 0,
  Fifo = 1,
  RoundRobin = 2,
  Batch = 3,
  Iso = 4,
  Idle = 5,
  Deadline = 6,
};

template <>
struct Names<SchedulerPolicy> {
  static constexpr NameOf<SchedulerPolicy> table[] = {
      {"SCHED_OTHER", SchedulerPolicy::Other},       {"SCHED_FIFO", SchedulerPolicy::Fifo},
      {"SCHED_RR", SchedulerPolicy::RoundRobin},     {"SCHED_BATCH", SchedulerPolicy::Batch},
      {"SCHED_ISO", SchedulerPolicy::Iso},           {"SCHED_IDLE", SchedulerPolicy::Idle},
      {"SCHED_DEADLINE", SchedulerPolicy::Deadline},
  };
};

enum class SchedulerFlag {
  ResetOnFork = 0x01,
  Reclaim = 0x02,
  DeadlineOverrun = 0x04,
  KeepPolicy = 0x08,
  KeepParams = 0x10,
  UtilClampMin = 0x20,
  UtilClampMax = 0x40,
};

template <>
struct Names<SchedulerFlag> {
  static constexpr NameOf<SchedulerFlag> table[] = {
      {"SCHED_FLAG_RESET_ON_FORK", SchedulerFlag::ResetOnFork},
      {"SCHED_FLAG_RECLAIM", SchedulerFlag::Reclaim},
      {"SCHED_FLAG_DL_OVERRUN", SchedulerFlag::DeadlineOverrun},
      {"SCHED_FLAG_KEEP_POLICY", SchedulerFlag::KeepPolicy},
      {"SCHED_FLAG_KEEP_PARAMS", SchedulerFlag::KeepParams},
      {"SCHED_FLAG_UTIL_CLAMP_MIN", SchedulerFlag::UtilClampMin},
      {"SCHED_FLAG_UTIL_CLAMP_MAX", SchedulerFlag::UtilClampMax},
  };
};

struct Scheduler {
  SchedulerPolicy policy{};
  std::int32_t nice = 0;
  std::int32_t priority = 0;
  std::vector<SchedulerFlag> flags;
  std::uint64_t runtime = 0;   // ns
  std::uint64_t deadline = 0;  // ns
  std::uint64_t period = 0;    // ns
};

template <>
struct Describe<Scheduler> {
  static constexpr auto fields = std::tuple{
      Field{"policy", &Scheduler::policy, required}, Field{"nice", &Scheduler::nice},
      Field{"priority", &Scheduler::priority},       Field{"flags", &Scheduler::flags},
      Field{"runtime", &Scheduler::runtime},         Field{"deadline", &Scheduler::deadline},
      Field{"period", &Scheduler::period},
  };
};

enum class IoPriorityClass { RealTime = 1, BestEffort = 2, Idle = 3 };

template <>
struct Names<IoPriorityClass> {
  static constexpr NameOf<IoPriorityClass> table[] = {
      {"IOPRIO_CLASS_RT", IoPriorityClass::RealTime},
      {"IOPRIO_CLASS_BE", IoPriorityClass::BestEffort},
      {"IOPRIO_CLASS_IDLE", IoPriorityClass::Idle},
  };
};

struct IoPriority {
  IoPriorityClass io_class{};
  std::int32_t priority = 0;
};

template <>
struct Describe<IoPriority> {
  static constexpr auto fields = std::tuple{
      Field{"class", &IoPriority::io_class, required},
      Field{"priority", &IoPriority::priority},
  };
};

// Lists like "0-3, 7"; blanks around the commas are allowed.
struct ExecCpuAffinity {
  std::string initial;
  std::string final;
};

template <>
struct Describe<ExecCpuAffinity> {
  static constexpr auto fields = std::tuple{
      Field{"initial", &ExecCpuAffinity::initial},
      Field{"final", &ExecCpuAffinity::final},
  };
};

struct Process {
  bool terminal = false;
  std::optional<ConsoleSize> console_size;
  User user;
  std::vector<std::string> args;
  std::vector<std::string> env;
  std::string cwd;
  std::optional<Capabilities> capabilities;
  std::vector<Rlimit> rlimits;
  std::optional<std::int32_t> oom_score_adj;  // absent: leave it alone
  bool no_new_privileges = false;
  std::string apparmor_profile;
  std::string selinux_label;
  std::optional<Scheduler> scheduler;
  std::optional<IoPriority> io_priority;
  std::optional<ExecCpuAffinity> exec_cpu_affinity;
};

// Whether the program, or one that it executes, may ever have this capability (capabilities(7)).
inline bool is_in_bounding_set(const Process& process, std::string_view capability) {
  if (!process.capabilities) return false;
  const auto& bounding = process.capabilities->bounding;
  return std::find(bounding.begin(), bounding.end(), capability) != bounding.end();
}

// `user` isn't required: no peer insists on it, and files without it (root is meant) exist.
template <>
struct Describe<Process> {
  static constexpr auto fields = std::tuple{
      Field{"terminal", &Process::terminal},
      Field{"consoleSize", &Process::console_size},
      Field{"user", &Process::user},
      Field{"args", &Process::args},
      Field{"env", &Process::env},
      Field{"cwd", &Process::cwd, required},
      Field{"capabilities", &Process::capabilities},
      Field{"rlimits", &Process::rlimits},
      Field{"noNewPrivileges", &Process::no_new_privileges},
      Field{"apparmorProfile", &Process::apparmor_profile},
      Field{"oomScoreAdj", &Process::oom_score_adj},
      Field{"scheduler", &Process::scheduler},
      Field{"selinuxLabel", &Process::selinux_label},
      Field{"ioPriority", &Process::io_priority},
      Field{"execCPUAffinity", &Process::exec_cpu_affinity},
  };
  static constexpr std::string_view ignored[] = {"commandLine"};
};

}  // namespace oci
