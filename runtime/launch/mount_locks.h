// The kernel's locks on the mounts of the host that a container in another user namespace gets:
// flags that its administrator can't clear, and mounts that he can't take from what they cover.
#pragma once

#include <vector>

#include "base/child_process.h"
#include "base/fd.h"

namespace runtime {

// Puts in the place of each detached tree a copy of it with those locks, which the kernel sets only
// where it copies a mount namespace into another user namespace. That is the one of `joined`, or a
// new one for the purpose if that is null: the locks don't depend on which.
//
// Done is the work when this returns. The process that did it takes its time to end, so that it is
// better awaited later.
base::ChildProcess lock_mounts(const std::vector<base::OwnedFd*>& trees,
                               const base::OwnedFd* joined);

}  // namespace runtime
