// The rules about devices in the kernel: planned for the version of cgroups that the host has, and
// then applied to a container's folder.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "oci/problems.h"
#include "oci/resources.h"
#include "runtime/cgroup/device_rules.h"
#include "runtime/cgroup/freezer.h"

namespace runtime::cgroup {

// How the kernel, and `bpftool cgroup tree`, call the program: by this the runtime knows its own.
inline constexpr const char* kDeviceProgramName = "runtime_dev";

// By default the folder stays as it is.
struct DeviceFilter {
  std::vector<DeviceLine> lines{};         // v1
  std::optional<base::OwnedFd> program{};  // v2; invalid if the rules allow everything

  bool empty() const noexcept { return lines.empty() && !program; }
};

// linux.resources.devices; `at` is the pointer of it. What can't be had here is a problem. For v2
// this loads the program; the lack of a right to is a warning.
DeviceFilter plan_device_filter(const std::vector<oci::DeviceRule>& entries, Version version,
                                std::string_view at, oci::Problems& problems);

// For a folder with nothing below it. On v1 the lack of rights shows here; it is warned of, too.
//
// On v2 the filter holds for the cgroups below, whatever they have. The runtime's former program is
// replaced with no moment of both or none; what others attached, systemd for one, stays and holds
// too.
void apply_device_filter(const DeviceFilter& filter, base::BorrowedFd folder, std::string_view at);

}  // namespace runtime::cgroup
