// How the kernel treats a process: CPU and I/O scheduling, memory policy, personality. Typed
// wrappers named as the calls are, on the calling thread unless said otherwise.
#pragma once

#include <cstdint>
#include <sys/types.h>
#include <vector>

namespace sys {

// The kernel's struct sched_attr in its second version (Linux 5.3), which has room for the clamps.
struct SchedulingAttributes {
  std::uint32_t size = sizeof(SchedulingAttributes);
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
  std::uint32_t util_min = 0;
  std::uint32_t util_max = 0;
};
static_assert(sizeof(SchedulingAttributes) == 56);

// Of a thread, 0 for the calling one. The errno, or 0: why it was refused is worth more words than
// the errno has.
int try_sched_setattr(pid_t thread, const SchedulingAttributes& attributes) noexcept;
// The same of `priority` as IOPRIO_PRIO_VALUE makes it.
int try_ioprio_set(pid_t thread, int priority) noexcept;

// sched_setaffinity(2): bit n of `cpus` stands for CPU n; those of the cpuset are meant only. The
// errno, or 0.
int try_set_affinity(const std::vector<unsigned long>& cpus) noexcept;

// `mode` with its MPOL_F_* flags; bit n of `nodes` stands for node n.
void set_mempolicy(int mode, const std::vector<unsigned long>& nodes);

void personality(unsigned long persona);

}  // namespace sys
