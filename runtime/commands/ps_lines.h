// Picking lines out of what ps(1) prints.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace runtime {

// The heading, and the lines whose PID is one of `pids`, which are sorted. Throws when the heading
// has no PID.
std::string lines_of_processes(std::string_view output, const std::vector<pid_t>& pids);

}  // namespace runtime
