#include "base/scheduling.h"

#include <cerrno>
#include <limits>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"

namespace sys {

using base::Error;

int try_sched_setattr(pid_t thread, const SchedulingAttributes& attributes) noexcept {
  return syscall(SYS_sched_setattr, thread, &attributes, 0) == 0 ? 0 : errno;
}

int try_ioprio_set(pid_t thread, int priority) noexcept {
  // Not from linux/ioprio.h, which names a parameter "class" since 6.1.192: no C++ any more.
  constexpr int kWhoProcess = 1;
  return syscall(SYS_ioprio_set, kWhoProcess, thread, priority) == 0 ? 0 : errno;
}

int try_set_affinity(const std::vector<unsigned long>& cpus) noexcept {
  // Not by the C library, whose type says how many CPUs there may be.
  const std::size_t bytes = cpus.size() * sizeof(unsigned long);
  return syscall(SYS_sched_setaffinity, 0, bytes, cpus.data()) == 0 ? 0 : errno;
}

void set_mempolicy(int mode, const std::vector<unsigned long>& nodes) {
  constexpr std::size_t kBits = std::numeric_limits<unsigned long>::digits;
  // One more than there are bits: the kernel subtracts one before it reads them.
  const std::size_t max_node = nodes.empty() ? 0 : nodes.size() * kBits + 1;
  const unsigned long* mask = nodes.empty() ? nullptr : nodes.data();
  if (syscall(SYS_set_mempolicy, mode, mask, max_node) != 0) throw Error("set_mempolicy", errno);
}

void personality(unsigned long persona) {
  if (::personality(persona) < 0) throw Error("personality", errno);
}

}  // namespace sys
