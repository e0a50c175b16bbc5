// The kernel's locks on the mounts of the host that a container in another user namespace gets:
// flags that its administrator can't clear, and mounts that he can't take from what they cover.
#pragma once

#include <utility>
#include <vector>

#include "base/child_process.h"
#include "base/fd.h"
#include "runtime/protocol/channel.h"

namespace runtime {

// Puts in the place of each detached tree a copy of it with those locks, which the kernel sets only
// where it copies a mount namespace into another user namespace. That is the one of `joined`, or a
// new one for the purpose if that is null: the locks don't depend on which.
//
// A process of its own does it, while this one goes on. That takes its time to end, too, which is
// awaited with this object's end.
class MountLocker {
 public:
  using Trees = std::vector<base::OwnedFd*>;

  MountLocker(Trees trees, const base::OwnedFd* joined);
  // Waits for it; before, the trees are as they were.
  void finish();

 private:
  MountLocker(Trees trees, const base::OwnedFd* joined, std::pair<Channel, Channel> ends);

  Trees trees_;
  Channel channel_;
  base::ChildProcess process_;
};

}  // namespace runtime
