// Stopping all processes of a cgroup folder at once, in the words of either version, and killing
// them while they are stopped.
#pragma once

#include "base/fd.h"
#include "runtime/resources/seats.h"

namespace runtime::cgroup {

using resources::Version;

// Whether the folder is frozen or being frozen, be it because of one above it. In v1 `folder` is
// one of the freezer's hierarchy. False when it is gone.
bool is_folder_frozen(base::BorrowedFd folder, Version version);

// Freezes, and waits a bounded time for it to be complete; true if it is. A process in
// uninterruptible sleep may keep it from completing; those that could be stopped are.
bool freeze(base::BorrowedFd folder, Version version);

// Thaws the folder and every one below it that was frozen by itself.
void thaw(base::BorrowedFd folder, Version version);

// Kills every process in the folder and below where there is no cgroup.kill: in v1 and before Linux
// 5.14. What can't be frozen in time is killed nevertheless, as signal_processes does.
void kill_frozen(base::BorrowedFd folder, Version version);

}  // namespace runtime::cgroup
