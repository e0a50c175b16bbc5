// One recording of one container: who is to be followed, and for how long.
#pragma once

#include <sys/types.h>
#include <vector>

#include "base/fd.h"
#include "base/process.h"
#include "runtime/cgroup/location.h"
#include "runtime/recorder/result.h"
#include "runtime/recorder/tracer.h"

namespace runtime::recorder {

// What is recorded, and how.
struct Subject {
  pid_t init = 0;
  cgroup::Location cgroup;
  std::vector<std::string> by_argument;  // seccomp::Recording
};

// Of a process that is found in the container. Before its first execve it may be the runtime's, the
// init or one for `exec`, whose parent is outside; or the program's, if it has only forked.
Role role_of_newcomer(const sys::ProcessStat& stat, bool is_init, bool parent_is_inside) noexcept;

class Session {
 public:
  // Takes over this process's signals and children. Throws when the container can't be followed.
  explicit Session(const Subject& subject);

  // Until the last process of the container has ended, or the command has something to say.
  void record(base::BorrowedFd command);

  Result result() const;

 private:
  std::vector<pid_t> processes() const;
  bool follow_newcomers();
  bool follow(pid_t process, const std::vector<pid_t>& inside);

  Subject subject_;
  base::OwnedFd signals_;
  base::OwnedFd ticks_;
  Tracer tracer_;
};

}  // namespace runtime::recorder
