// A child of ours that is killed and, if it ends within 10 seconds, reaped when its owner goes out
// of scope, unless released.
#pragma once

#include <sys/types.h>
#include <utility>

#include "base/process.h"

namespace base {

class ChildProcess {
 public:
  explicit ChildProcess(sys::Cloned cloned) noexcept
      : pid_(cloned.pid), pidfd_(std::move(cloned.pidfd)) {}
  ChildProcess(ChildProcess&&) noexcept = default;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  pid_t pid() const noexcept { return pid_; }
  const OwnedFd& pidfd() const noexcept { return pidfd_; }

  // Blocks until the process has ended.
  sys::Exit wait();
  // It is to outlive us: whoever reaps our orphans gets it.
  void release() noexcept { pidfd_.reset(); }

 private:
  pid_t pid_;
  OwnedFd pidfd_;  // valid while the process is ours to end
};

}  // namespace base
