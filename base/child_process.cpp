#include "base/child_process.h"

#include <csignal>

#include "base/rollback.h"

namespace base {

ChildProcess::~ChildProcess() {
  constexpr int kPatienceMs = 10'000;
  if (!pidfd_.valid()) return;
  const Rollback end{[this] {
    sys::pidfd_send_signal(pidfd_, SIGKILL);
    // In a frozen cgroup of v1 it can't end; then it is our reaper's.
    if (sys::wait_for_exit(pidfd_, kPatienceMs)) sys::reap(pidfd_);
  }};
}

sys::Exit ChildProcess::wait() {
  const auto exit = sys::reap(pidfd_);
  pidfd_.reset();
  if (!exit) throw Error("the process was reaped by somebody else");
  return *exit;
}

}  // namespace base
