// Learning that the container's processes ran out of the memory they may have: on cgroup2 by the
// counter in memory.events, on v1 by the eventfd that memory.oom_control takes.
#pragma once

#include <poll.h>
#include <span>

#include "base/fd.h"
#include "runtime/cgroup/statistics.h"

namespace runtime::cgroup {

class OomWatch {
 public:
  // What happens from here on. Without a memory controller nothing ever does.
  explicit OomWatch(std::span<const Source> sources);

  // For poll(2).
  pollfd interest() const;
  // Whether it has happened since the last time we asked. False when the cgroup is gone.
  bool take();

 private:
  bool watch_v2(const Source& source);
  bool watch_v1(const Source& source);
  std::uint64_t kills() const;

  base::OwnedFd file_;     // memory.events or memory.oom_control
  base::OwnedFd eventfd_;  // v1
  std::uint64_t kills_ = 0;
};

}  // namespace runtime::cgroup
