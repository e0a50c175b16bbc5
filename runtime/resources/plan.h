// From linux.resources (config-linux.md#control-groups) to what is written into which control file:
// pure, for v1, v2 and hosts with some of both. One file per controller beside this one.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "oci/problems.h"
#include "oci/resources.h"
#include "runtime/resources/seats.h"
#include "runtime/resources/setting.h"

namespace runtime::resources {

// What a control file of the container's cgroup says now. For `update`: a cgroup yet to be made has
// the kernel's defaults, and the function is empty.
using Current = std::function<std::string(std::size_t hierarchy, const std::string& file)>;

// Members that are absent change nothing; so does a 0 where clients write it for "not set". What
// the kernel can't do here is a problem, what it may do without a warning; `at` is what their
// pointers begin with: "/linux/resources", or "" in a document of its own. The order of the
// settings means nothing but for lines of the same file.
//
// Devices are not among them: runtime/cgroup/device_rules.h.
std::vector<Setting> plan(const oci::Resources& resources, const Seats& seats,
                          const Current& current, std::string_view at, oci::Problems& problems);

// cpu.weight for cpu.shares, by the formula that keeps both defaults and both ends: 1024 is 100.
std::uint64_t weight_of_shares(std::uint64_t shares);
// io.weight (1 to 10000) for a weight of 10 to 1000.
std::uint64_t io_weight_of(std::uint64_t weight);

}  // namespace runtime::resources
