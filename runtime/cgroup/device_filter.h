// The rules about devices in the kernel: planned for what the host has, and then applied to a
// container's folder.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "oci/problems.h"
#include "oci/resources.h"
#include "runtime/cgroup/device_rules.h"
#include "runtime/resources/seats.h"

namespace runtime::cgroup {

// How the kernel, and `bpftool cgroup tree`, call the program: by this the runtime knows its own.
inline constexpr const char* kDeviceProgramName = "runtime_dev";

// By default the folder stays as it is.
struct DeviceFilter {
  std::size_t hierarchy = 0;               // index, as in Seat
  std::vector<DeviceLine> lines{};         // v1
  std::optional<base::OwnedFd> program{};  // v2; invalid if the rules allow everything

  bool empty() const noexcept { return lines.empty() && !program; }
};

// What the log is told of an ordinary user, or of the root of a user namespace.
inline constexpr std::string_view kNoRightToFilter = "without effect: it takes rights on the host";

// linux.resources.devices; `at` is the pointer of it. What can't be had here is a problem. Goes to
// v1's devices controller if there is one, else to cgroup2, for which it loads the program. What
// an ordinary user has no right to is left out: engines give everybody's container such rules.
DeviceFilter plan_device_filter(const std::vector<oci::DeviceRule>& entries,
                                const resources::Seats& seats, std::string_view at,
                                oci::Problems& problems);

// For a folder with nothing below it. False when an ordinary user has no right to, which only v1
// finds here.
//
// On v2 the filter holds for the cgroups below, whatever they have. The runtime's former program is
// replaced with no moment of both or none; what others attached, systemd for one, stays and holds
// too.
bool apply_device_filter(const DeviceFilter& filter, base::BorrowedFd folder);

}  // namespace runtime::cgroup
