// The device program of a cgroup2 folder in the kernel: loaded, found again, put in place.
#pragma once

#include <optional>

#include "base/fd.h"
#include "runtime/cgroup/device_rules.h"

namespace runtime::cgroup {

// How the kernel, and `bpftool cgroup tree`, call it: by this the runtime knows its own.
inline constexpr const char* kDeviceProgramName = "runtime_dev";

// The program of these rules; an invalid descriptor when they allow everything, which takes none.
// Empty when the caller has no right to load one, as in a user namespace.
std::optional<base::OwnedFd> load_device_filter(const std::vector<DeviceRule>& rules);

// From here on it holds for the cgroup and those below it. The runtime's former program is replaced
// with no moment of both or none; what others attached, systemd for one, stays and holds too.
void attach_device_filter(base::BorrowedFd folder, const base::OwnedFd& program);

}  // namespace runtime::cgroup
