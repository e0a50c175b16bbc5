// Giving a cgroup2 folder to the container in it (config-linux.md#cgroup-ownership, cgroups(7)):
// its user may then make cgroups below, and move the container's processes between them.
#pragma once

#include <sys/types.h>

#include "base/fd.h"

namespace runtime::cgroup {

// Changes the owner of the folder and of those of its files that the kernel says may be given
// away; the groups stay. The limits, which are the host's, are not among them. No effect for a
// caller who has no right to.
void delegate_folder(base::BorrowedFd folder, uid_t owner);

}  // namespace runtime::cgroup
