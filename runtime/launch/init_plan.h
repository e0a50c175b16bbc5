// What init is told: the parent's decisions and what it has opened, put together.
#pragma once

#include <optional>

#include "base/child_process.h"
#include "oci/state.h"
#include "runtime/cgroup/membership.h"
#include "runtime/container/record.h"
#include "runtime/init/init.h"
#include "runtime/launch/launch.h"
#include "runtime/launch/prepare.h"
#include "runtime/rootfs/sources.h"

namespace runtime {

struct OpenedSources {
  rootfs::Sources trees;
  // Who gave them the host's locks. Kept to the end, because its own takes a while.
  std::optional<base::ChildProcess> locker;
};

// By us, if it takes rights that init will not have. Those of the host have the locks they would
// have if init had opened them.
OpenedSources open_sources(const Prepared& prepared);

// Everything in it is borrowed from the arguments.
InitPlan make_init_plan(const LaunchRequest& request, const Prepared& prepared,
                        const rootfs::Sources& sources, const Record& record,
                        const cgroup::Membership& membership);

// What hooks are told of a container that is being created.
oci::State hook_state(const Record& record, const oci::Config& config, pid_t pid);

// runtime.md#lifecycle steps 3 and 4, while the init waits before its pivot.
void run_runtime_hooks(const Prepared& prepared, const Record& record, pid_t init);

}  // namespace runtime
