// The way into a container's cgroup that is full (pids.max): a clone there fails, but a process
// that comes from elsewhere is let in, limit or not (cgroup-v2.rst, "PID"). Each step writes a pid
// to cgroup.procs, which waits for an RCU grace period, 4 to 16 ms; hence only then
// (docs/decisions/exec.md).
#pragma once

#include <sys/types.h>
#include <utility>

#include "base/fd.h"

namespace runtime::cgroup {

class Crossing {
 public:
  // The cgroup.procs of the caller's own cgroup and of the container's, to write to; in the
  // hierarchy whose cgroups count processes.
  Crossing(base::OwnedFd own, base::OwnedFd container)
      : own_(std::move(own)), container_(std::move(container)) {}

  // Takes the process out of the container's cgroup, into the caller's.
  void leave(pid_t pid) const;
  // Takes it in. No effect when the process has ended.
  void enter(pid_t pid) const;

 private:
  base::OwnedFd own_;
  base::OwnedFd container_;
};

}  // namespace runtime::cgroup
