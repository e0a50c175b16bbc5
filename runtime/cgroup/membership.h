// The way into a container's cgroup for a process that is about to be born, without the
// multi-millisecond wait that writing a pid to cgroup.procs costs (docs/decisions/cgroups.md): on
// cgroup2 by CLONE_INTO_CGROUP, in a v1 hierarchy by "0" into its `tasks` file.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/child_process.h"
#include "base/fd.h"

namespace runtime::cgroup {

class Membership {
 public:
  // A v1 hierarchy's file, and where its cgroup.procs is should `tasks` refuse.
  struct Tasks {
    base::OwnedFd tasks;
    base::BorrowedFd root;
    std::string directory;  // relative to the root
  };

  Membership(base::OwnedFd unified, std::vector<Tasks> tasks)
      : unified_(std::move(unified)), tasks_(std::move(tasks)) {}

  // For sys::clone3: the cgroup2 folder the child is to be born in; nullptr on a v1 host.
  const base::OwnedFd* clone_into() const { return unified_.valid() ? &unified_ : nullptr; }

  // Moves the calling process into the v1 hierarchies; nothing to do on a cgroup2 host. The process
  // must be single-threaded. Before it unshares its cgroup namespace, because that takes the cgroup
  // the process is in for its root. Works in a new user and pid namespace: the files were opened by
  // the parent. The descriptors stay open until the Membership is destroyed or the exec.
  void join_self() const;

  // A process that the cgroup needs until others are in it; it ends with this object.
  void keep(base::ChildProcess holder) { holder_.emplace(std::move(holder)); }

 private:
  base::OwnedFd unified_;
  std::vector<Tasks> tasks_;
  std::optional<base::ChildProcess> holder_;
};

}  // namespace runtime::cgroup
