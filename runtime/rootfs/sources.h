// What the parent opens for init, because init will be in another user namespace: there it may be
// unable to reach a path, to copy a part of the host's mounts without all that is below, or to map
// ids of a file system that it doesn't own.
#pragma once

#include <optional>
#include <vector>

#include "base/fd.h"
#include "oci/config_linux.h"
#include "runtime/rootfs/mount_plan.h"

namespace runtime::rootfs {

// Detached mounts, which vanish with their descriptors unless attached. Not valid: init opens that
// one itself.
struct Sources {
  base::OwnedFd root;                 // of the root file system
  std::vector<base::OwnedFd> mounts;  // as the steps of the plan

  // For the step; not valid if there is none.
  const base::OwnedFd& of(const MountStep& step) const;
};

// Takes CAP_SYS_ADMIN. `rootfs` is the folder of the root file system. The clones are cut off from
// the host as init's own mounts will be.
Sources open_sources(base::BorrowedFd rootfs, const std::vector<MountStep>& plan,
                     std::optional<oci::Propagation> propagation);

}  // namespace runtime::rootfs
