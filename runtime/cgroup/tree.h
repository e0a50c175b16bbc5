// Folders of one cgroup hierarchy: opening, making, walking and removing them. All of it goes by
// descriptors: a container names the cgroups below its own as it likes, and no such name is ever
// part of a path here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "runtime/cgroup/deadline.h"

namespace runtime::cgroup {

// The folder at `path` below `root` (O_PATH); empty when there is none.
std::optional<base::OwnedFd> open_folder(base::BorrowedFd root, const std::string& path);

// The file `name` of that folder, to read; empty when there is none.
std::optional<base::OwnedFd> open_file(base::BorrowedFd root, const std::string& path,
                                       std::string_view name);

// How many leading components of `path` exist.
std::size_t count_existing(base::BorrowedFd root, const std::string& path);

// Calls `visit` for `top` and every folder below it, the upper ones first. Holds two descriptors
// whatever the depth. A folder that vanishes meanwhile is left out.
void walk(base::BorrowedFd top, const std::function<void(base::BorrowedFd)>& visit);

// Removes the folder `name` of `parent` with everything below it; true when it is gone. False when
// something in it is still busy at the deadline: exiting processes need a little time.
bool remove_tree(base::BorrowedFd parent, const std::string& name, Deadline deadline);

}  // namespace runtime::cgroup
