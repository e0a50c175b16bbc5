// The id mappings of a new user namespace (config-linux.md#user-namespace-mappings), written by the
// parent: directly with the privilege, one's own id without, by newuidmap(1) and newgidmap(1) for
// ranges that the system has assigned to the user (subuid(5)).
#pragma once

#include <sys/types.h>

#include "oci/config_linux.h"
#include "runtime/launch/caller.h"

namespace runtime {

// For the process that was cloned into the namespace. Reads back what the kernel has made of it.
void map_ids(pid_t pid, const oci::Linux& config, const Caller& caller);

}  // namespace runtime
