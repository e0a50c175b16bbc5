// Which ids a mount maps to which, from its options and its lists
// (config.md#posix-platform-mounts); a part of the plan.
#pragma once

#include "oci/config.h"
#include "runtime/rootfs/mount_plan.h"
#include "runtime/rootfs/plan_problems.h"

namespace runtime::rootfs {

// Sets the step's id_map if ids are to be mapped. Its kind, type and options are planned already.
void plan_id_map(const oci::Mount& mount, const oci::Linux& linux, MountStep& step,
                 PlanProblems& problems);

}  // namespace runtime::rootfs
