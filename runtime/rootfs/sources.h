// What the parent opens for init: because init will be in another user namespace, where it may be
// unable to reach a path or to copy a part of the host's mounts without all that is below; and what
// has its ids mapped, for which init won't have the right.
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
  // Those that are parts of the host's tree.
  std::vector<base::OwnedFd*> of_host(const std::vector<MountStep>& plan);
};

struct SourceRequest {
  // The root and all binds; else only what has its ids mapped.
  bool all = false;
  // The root's, if they are mapped.
  std::optional<IdMap> root_ids = {};
  // The clones are cut off from the host as init's own mounts will be.
  std::optional<oci::Propagation> propagation = {};
  // The user namespace that the container joins; null if it joins none.
  const base::OwnedFd* user_namespace = nullptr;
};

// For a caller without CAP_SYS_ADMIN.
void expect_no_mapped_ids(const std::vector<MountStep>& plan);

// Takes CAP_SYS_ADMIN, unless nothing is to be opened. `rootfs` is the folder of the root file
// system.
Sources open_sources(base::BorrowedFd rootfs, const std::vector<MountStep>& plan,
                     const SourceRequest& request);

}  // namespace runtime::rootfs
