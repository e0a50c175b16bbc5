// Looks at the machine's cgroup mounts, at constant cost: the magic number of /sys/fs/cgroup; for
// v1 one read of /proc/self/cgroup and the conventional mount points, each verified. The mount
// table is read only when a hierarchy is not where convention puts it.
#pragma once

#include <vector>

#include "base/fd.h"
#include "runtime/cgroup/layout.h"

namespace runtime::cgroup {

// The layout, and an O_PATH descriptor of each hierarchy's root in the same order.
struct Host {
  Layout layout;
  std::vector<base::OwnedFd> roots;
};

// Throws when no cgroup filesystem is mounted.
Host inspect_host();

}  // namespace runtime::cgroup
