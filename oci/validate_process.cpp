// The rules of `process` (config.md#process and below).
#include <algorithm>

#include "base/text.h"
#include "oci/capability_names.h"
#include "oci/number_list.h"
#include "oci/rules.h"

namespace oci {

namespace {

constexpr std::size_t kMostGroups = 65536;  // NGROUPS_MAX
constexpr std::uint32_t kAllPermissions = 0777;

std::string out_of_range(std::int64_t value, std::int64_t least, std::int64_t most) {
  return base::cat(value, " is out of range (", least, " to ", most, ")");
}

// config.md#process: args is required on POSIX, and is what execvp takes.
void check_args(const Process& process, std::string_view at, Problems& problems) {
  if (process.args.empty()) {
    problems.add(base::cat(at, "/args"), "at least one entry is needed");
  } else if (process.args.front().empty()) {
    problems.add(base::cat(at, "/args/0"), "empty");
  }
}

// config.md#process: env has the semantics of environ(7).
void check_env(const Process& process, std::string_view at, Problems& problems) {
  for (std::size_t i = 0; i < process.env.size(); ++i) {
    const auto equals = process.env[i].find('=');
    if (equals != std::string::npos && equals != 0) continue;
    problems.add(base::cat(at, "/env/", i),
                 base::cat("must be NAME=VALUE, is ", base::quoted(process.env[i])));
  }
}

// config.md#process: consoleSize must be ignored without a terminal.
void check_console_size(const Process& process, std::string_view at, Problems& problems) {
  constexpr std::uint64_t kMost = 65535;  // struct winsize
  if (!process.terminal || !process.console_size) return;
  const auto check = [&](std::uint64_t value, std::string_view name) {
    if (value <= kMost) return;
    problems.add(base::cat(at, "/consoleSize/", name),
                 base::cat(value, " is out of range (0 to ", kMost, ")"));
  };
  check(process.console_size->height, "height");
  check(process.console_size->width, "width");
}

void check_id(std::uint32_t id, std::string_view at, Problems& problems) {
  if (id == reserved_id) problems.add(at, base::cat(id, " is reserved"));
}

// config.md#posix-platform-user
void check_user(const User& user, std::string_view at, Problems& problems) {
  check_id(user.uid, base::cat(at, "/uid"), problems);
  check_id(user.gid, base::cat(at, "/gid"), problems);
  if (user.umask && *user.umask > kAllPermissions) {
    problems.add(base::cat(at, "/umask"), out_of_range(*user.umask, 0, kAllPermissions));
  }
  if (user.additional_gids.size() > kMostGroups) {
    problems.add(base::cat(at, "/additionalGids"),
                 base::cat("at most ", kMostGroups, " entries, has ", user.additional_gids.size()));
  }
  for (std::size_t i = 0; i < user.additional_gids.size(); ++i) {
    if (user.additional_gids[i] == reserved_id) {
      check_id(reserved_id, base::cat(at, "/additionalGids/", i), problems);
    }
  }
}

// config.md#linux-process: what the kernel can't give is a warning, whatever the reason.
void check_capability_set(const std::vector<std::string>& set, std::string_view at,
                          Problems& problems) {
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (capability_number(set[i])) continue;
    problems.warn(base::cat(at, '/', i), base::cat("unknown capability ", base::quoted(set[i])));
  }
}

void check_capabilities(const Process& process, std::string_view at, Problems& problems) {
  if (!process.capabilities) return;
  const auto check_row = [&](const auto& row) {
    check_capability_set((*process.capabilities).*row.member,
                         base::cat(at, "/capabilities/", row.name), problems);
  };
  std::apply([&](const auto&... rows) { (check_row(rows), ...); }, Describe<Capabilities>::fields);
}

// config.md#posix-process: a type listed twice must be an error.
void check_rlimits(const Process& process, std::string_view at, Problems& problems) {
  const auto& limits = process.rlimits;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const auto same = [&](const Rlimit& other) { return other.type == limits[i].type; };
    const auto here = limits.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(limits.begin(), here, same)) {
      problems.add(base::cat(at, "/rlimits/", i, "/type"),
                   base::cat(name_of(limits[i].type), " is listed twice"));
    }
    if (limits[i].soft > limits[i].hard) {
      problems.add(base::cat(at, "/rlimits/", i, "/soft"),
                   base::cat(name_of(limits[i].type), ": ", limits[i].soft,
                             " is above the hard limit ", limits[i].hard));
    }
  }
}

// config.md#linux-process
void check_oom_score_adj(const Process& process, std::string_view at, Problems& problems) {
  constexpr std::int32_t kMost = 1000;
  if (!process.oom_score_adj) return;
  const std::int32_t value = *process.oom_score_adj;
  if (value >= -kMost && value <= kMost) return;
  problems.add(base::cat(at, "/oomScoreAdj"), out_of_range(value, -kMost, kMost));
}

// config.md#linux-process, sched_setattr(2): the priority is that of the real-time policies.
void check_scheduler_priority(const Scheduler& scheduler, std::string_view at, Problems& problems) {
  const bool real_time =
      scheduler.policy == SchedulerPolicy::Fifo || scheduler.policy == SchedulerPolicy::RoundRobin;
  const std::int32_t least = real_time ? 1 : 0;
  const std::int32_t most = real_time ? 99 : 0;
  if (scheduler.priority >= least && scheduler.priority <= most) return;
  problems.add(base::cat(at, "/priority"), base::cat(out_of_range(scheduler.priority, least, most),
                                                     " for ", name_of(scheduler.policy)));
}

// The same, of runtime, deadline and period.
void check_scheduler_deadline(const Scheduler& scheduler, std::string_view at, Problems& problems) {
  const auto& [policy, nice, priority, flags, runtime, deadline, period] = scheduler;
  if (policy != SchedulerPolicy::Deadline) {
    if (runtime == 0 && deadline == 0 && period == 0) return;
    problems.add(at, base::cat("runtime, deadline and period are SCHED_DEADLINE's, not ",
                               name_of(policy), "'s"));
  } else if (runtime == 0 || runtime > deadline || (period != 0 && deadline > period)) {
    problems.add(at, base::cat("0 < runtime (", runtime, ") <= deadline (", deadline,
                               ") <= period (", period, ") doesn't hold"));
  }
}

void check_scheduler(const Process& process, std::string_view process_at, Problems& problems) {
  if (!process.scheduler) return;
  const std::string at = base::cat(process_at, "/scheduler");
  const std::int32_t nice = process.scheduler->nice;
  if (nice < -20 || nice > 19) problems.add(at + "/nice", out_of_range(nice, -20, 19));
  check_scheduler_priority(*process.scheduler, at, problems);
  check_scheduler_deadline(*process.scheduler, at, problems);
}

// config.md#linux-process, ioprio_set(2)
void check_io_priority(const Process& process, std::string_view at, Problems& problems) {
  if (!process.io_priority) return;
  const std::int32_t value = process.io_priority->priority;
  if (value < 0 || value > 7)
    problems.add(base::cat(at, "/ioPriority/priority"), out_of_range(value, 0, 7));
}

// config.md#linux-process
void check_exec_cpu_affinity(const Process& process, std::string_view at, Problems& problems) {
  if (!process.exec_cpu_affinity) return;
  const auto check = [&](const std::string& list, std::string_view name) {
    if (list.empty() || parse_number_list(list)) return;
    problems.add(base::cat(at, "/execCPUAffinity/", name),
                 base::cat(base::quoted(list), " is no list of CPUs like 0-3,7"));
  };
  check(process.exec_cpu_affinity->initial, "initial");
  check(process.exec_cpu_affinity->final, "final");
}

}  // namespace

void check_process(const Process& process, std::string_view at, Problems& problems) {
  check_args(process, at, problems);
  check_absolute(process.cwd, base::cat(at, "/cwd"), problems);
  check_env(process, at, problems);
  check_console_size(process, at, problems);
  check_user(process.user, base::cat(at, "/user"), problems);
  check_capabilities(process, at, problems);
  check_rlimits(process, at, problems);
  check_oom_score_adj(process, at, problems);
  check_scheduler(process, at, problems);
  check_io_priority(process, at, problems);
  check_exec_cpu_affinity(process, at, problems);
}

}  // namespace oci
