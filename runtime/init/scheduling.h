// How the kernel is to treat the container's process: CPU and I/O scheduling, memory policy,
// personality (config.md#linux-process, config-linux.md#memory-policy, #personality).
#pragma once

#include "oci/config.h"

namespace runtime {

// Before the user changes and the limits are set, because most of it needs privilege. Nothing asked
// for, nothing done.
void set_scheduling(const oci::Process& process, const oci::Linux& config);

}  // namespace runtime
