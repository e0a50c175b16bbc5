// The v1 cpuset hierarchy's oddity: a new folder has no cpus and no memory nodes, and nobody can
// join it before it has some.
#pragma once

#include <string>

#include "base/fd.h"

namespace runtime::cgroup {

// Gives the new folder `name` what its parent has. A parent that has nothing, because whoever made
// it left it so, gets its own parent's first; `depth` says how many folders it is below the root.
void inherit_cpuset(base::BorrowedFd parent, const std::string& name, std::size_t depth);

}  // namespace runtime::cgroup
