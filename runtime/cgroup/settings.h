// Writing limits into the control files of a cgroup (runtime/resources/plan.h says which).
#pragma once

#include <functional>

#include "base/fd.h"
#include "runtime/cgroup/limits.h"

namespace runtime::cgroup {

// The container's folder in a hierarchy.
using FolderOf = std::function<base::BorrowedFd(std::size_t hierarchy)>;

// Some limits have to fit each other (memory and swap, quota and burst), so that which one the
// kernel takes first depends on what it has already. One that is refused as not fitting is tried
// again after the others, which makes the order of no importance. Throws at the first that can't be
// written, with others written.
void write_settings(const Limits& limits, const FolderOf& folder);

// What restores, once written, the state before `limits` are.
Limits snapshot(const Limits& limits, const FolderOf& folder);

}  // namespace runtime::cgroup
