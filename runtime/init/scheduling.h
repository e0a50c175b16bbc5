// How the kernel is to treat the container's process: CPU and I/O scheduling, memory policy,
// personality (config.md#linux-process, config-linux.md#memory-policy, #personality).
#pragma once

#include <sys/types.h>

#include "oci/config.h"

namespace runtime {

// All of them before the user changes and the limits are set, because most of it needs privilege.
// Nothing asked for, nothing done.

// process.scheduler and process.ioPriority, of a process, 0 for the calling one. Children don't
// always inherit the scheduler.
void set_priorities(const oci::Process& process, pid_t pid);

// The rest, which children inherit.
void set_scheduling(const oci::Linux& config);

// config.md#linux-process execCPUAffinity, for a process that enters a container. `initial` before
// it is in the container's cgroup, by whoever clones it.
void set_initial_affinity(const oci::Process& process);
// In the cgroup: `final` or, if there is neither, whatever the cgroup allows. What the caller was
// bound to is nothing to the container.
void set_final_affinity(const oci::Process& process);

}  // namespace runtime
