#include "runtime/init/scheduling.h"

#include <cerrno>

#include "base/error.h"
#include "base/scheduling.h"
#include "base/text.h"
#include "oci/number_list.h"

namespace runtime {

using base::cat;
using base::Context;
using base::Error;

namespace {

template <typename Enum>
auto combined(const std::vector<Enum>& flags) {
  unsigned bits = 0;
  for (const Enum flag : flags) bits |= static_cast<unsigned>(flag);
  return bits;
}

void set_scheduler(const oci::Scheduler& scheduler, pid_t pid) {
  const Context setting{[] { return "/process/scheduler"; }};
  sys::SchedulingAttributes attributes;
  attributes.policy = static_cast<std::uint32_t>(scheduler.policy);
  attributes.flags = combined(scheduler.flags);
  attributes.nice = scheduler.nice;
  attributes.priority = static_cast<std::uint32_t>(scheduler.priority);
  attributes.runtime = scheduler.runtime;
  attributes.deadline = scheduler.deadline;
  attributes.period = scheduler.period;
  const int error = sys::try_sched_setattr(pid, attributes);
  if (error == EPERM) {
    throw Error("sched_setattr: CAP_SYS_NICE is missing, or the cgroup has no real-time budget",
                error);
  }
  if (error == EBUSY) throw Error("sched_setattr: no CPU time is left to guarantee", error);
  if (error != 0) throw Error("sched_setattr", error);
}

void set_io_priority(const oci::IoPriority& priority, pid_t pid) {
  constexpr int kClassShift = 13;  // IOPRIO_PRIO_VALUE of linux/ioprio.h
  const Context setting{[] { return "/process/ioPriority"; }};
  // The idle class has no levels.
  const int level = priority.io_class == oci::IoPriorityClass::Idle ? 0 : priority.priority;
  const int value = (static_cast<int>(priority.io_class) << kClassShift) | level;
  const int error = sys::try_ioprio_set(pid, value);
  if (error != 0) throw Error("ioprio_set", error);
}

void set_memory_policy(const oci::MemoryPolicy& policy) {
  const Context setting{[] { return "/linux/memoryPolicy"; }};
  const auto nodes = oci::parse_number_list(policy.nodes);
  sys::set_mempolicy(static_cast<int>(static_cast<unsigned>(policy.mode) | combined(policy.flags)),
                     nodes.value_or(oci::NumberSet{}));
}

void set_personality(const oci::Personality& personality) {
  const Context setting{[] { return "/linux/personality"; }};
  sys::personality(static_cast<unsigned long>(personality.domain));
}

void set_affinity(const std::string& cpus, const char* name) {
  const Context setting{[&] { return cat("/process/execCPUAffinity/", name); }};
  const auto set = oci::parse_number_list(cpus);
  const int error = sys::try_set_affinity(set.value_or(oci::NumberSet{}));
  if (error == EINVAL) throw Error("none of these CPUs is there for the container");
  if (error != 0) throw Error("sched_setaffinity", error);
}

}  // namespace

void set_priorities(const oci::Process& process, pid_t pid) {
  if (process.scheduler) set_scheduler(*process.scheduler, pid);
  if (process.io_priority) set_io_priority(*process.io_priority, pid);
}

void set_initial_affinity(const oci::Process& process) {
  const auto& affinity = process.exec_cpu_affinity;
  if (affinity && !affinity->initial.empty()) set_affinity(affinity->initial, "initial");
}

void set_final_affinity(const oci::Process& process) {
  constexpr std::size_t kLongs = 128;  // for 8192 CPUs, as many as a kernel can be built for
  const auto& affinity = process.exec_cpu_affinity;
  if (affinity && !affinity->final.empty()) return set_affinity(affinity->final, "final");
  if (affinity && !affinity->initial.empty()) return;
  // Refused it is as the caller has it: nobody has asked for more.
  sys::try_set_affinity(oci::NumberSet(kLongs, ~0UL));
}

void set_scheduling(const oci::Linux& config) {
  if (config.memory_policy) set_memory_policy(*config.memory_policy);
  if (config.personality) set_personality(*config.personality);
}

}  // namespace runtime
