// Which controllers a cgroup2 folder has is for the folders above to say (cgroups(7),
// cgroup.subtree_control).
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"

namespace runtime::cgroup {

// Makes every controller that can be had available to the folder at `path`, which exists, as the
// other runtimes do: engines count on the statistics. What is available already costs a look and no
// write, which would stop every fork of the host for a while. Throws when one of the `needed` can't
// be had, and says where on the way it ends.
void enable_controllers(base::BorrowedFd root, const std::string& path,
                        const std::vector<std::string>& needed);

}  // namespace runtime::cgroup
