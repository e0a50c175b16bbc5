// Stopping all processes of a cgroup folder at once, in the words of either version, and killing
// them while they are stopped.
#pragma once

#include <string>

#include "base/fd.h"
#include "runtime/cgroup/deadline.h"
#include "runtime/resources/seats.h"

namespace runtime::cgroup {

using resources::Version;

// Whether the folder at `path` below `root` is frozen or being frozen, be it because of one above
// it. In v1 it is one of the freezer's hierarchy. False when it is gone.
bool is_frozen(base::BorrowedFd root, const std::string& path, Version version);

// Freezes, and waits until the deadline for it to be complete; true if it is. A process in
// uninterruptible sleep may keep it from completing; those that could be stopped are.
bool freeze(base::BorrowedFd folder, Version version, Deadline deadline);

// The same as all or nothing: if it can't be completed it is undone, and the error names the
// processes that did not stop.
void freeze_all(base::BorrowedFd folder, Version version, Deadline deadline);

// Thaws the folder. Those below that were frozen by themselves stay so: that is the container's
// own doing.
void thaw(base::BorrowedFd folder, Version version);

// Thaws those as well.
void thaw_tree(base::BorrowedFd folder, Version version);

// Kills every process in the folder and below where there is no cgroup.kill: in v1 and before Linux
// 5.14. What can't be frozen in time is killed nevertheless, as signal_processes does.
void kill_frozen(base::BorrowedFd folder, Version version);

}  // namespace runtime::cgroup
