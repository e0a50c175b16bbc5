#include "runtime/cgroup/crossing.h"

#include <cerrno>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace runtime::cgroup {

namespace {

void move_to(const base::OwnedFd& procs, pid_t pid, const char* whose) {
  const int error = sys::try_write(procs, base::cat(pid));
  // Whoever waits for it hears how it ended.
  if (error != 0 && error != ESRCH) {
    throw base::Error(base::cat("move process ", pid, " into ", whose, " cgroup"), error);
  }
}

}  // namespace

void Crossing::leave(pid_t pid) const { move_to(own_, pid, "the caller's"); }

void Crossing::enter(pid_t pid) const { move_to(container_, pid, "the container's"); }

}  // namespace runtime::cgroup
