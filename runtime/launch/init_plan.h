// What init is told: the parent's decisions and what it has opened, put together.
#pragma once

#include <optional>

#include "base/interruption.h"
#include "oci/state.h"
#include "runtime/cgroup/membership.h"
#include "runtime/container/record.h"
#include "runtime/init/init.h"
#include "runtime/launch/launch.h"
#include "runtime/launch/mount_locks.h"
#include "runtime/launch/prepare.h"
#include "runtime/rootfs/sources.h"

namespace runtime {

// What is opened by us, because it takes rights that init will not have. Those of the host get the
// locks that they would have if init had opened them.
class OpenedSources {
 public:
  explicit OpenedSources(const Prepared& prepared);
  OpenedSources(const OpenedSources&) = delete;
  OpenedSources& operator=(const OpenedSources&) = delete;

  // Waits until they have them.
  const rootfs::Sources& complete();

 private:
  rootfs::Sources trees_;
  std::optional<MountLocker> locker_;
};

// Everything in it is borrowed from the arguments.
InitPlan make_init_plan(const LaunchRequest& request, const Prepared& prepared,
                        const rootfs::Sources& sources, const Record& record,
                        const cgroup::Membership& membership);

// What hooks are told of a container that is being created.
oci::State hook_state(const Record& record, const oci::Config& config, pid_t pid);

// runtime.md#lifecycle steps 3 and 4, while the init waits before its pivot.
void run_runtime_hooks(const Prepared& prepared, const Record& record, pid_t init,
                       base::BorrowedFd interruption = sys::kNoSignals);

}  // namespace runtime
