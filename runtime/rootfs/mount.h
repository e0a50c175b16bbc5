// Carries out a mount plan: every mount is made detached, gets its attributes, and is attached on a
// descriptor that was looked up once below the root (config.md#mounts).
//
// Runs in the container's mount namespace, before the pivot, with the host's tree still in view for
// the sources of binds.
#pragma once

#include <string>
#include <vector>

#include "base/directory.h"
#include "base/fd.h"
#include "runtime/rootfs/cgroup_view.h"
#include "runtime/rootfs/mount_plan.h"
#include "runtime/rootfs/sources.h"

namespace runtime::rootfs {

// What a plan is carried out with.
struct MountContext {
  const Sources& sources;
  const CgroupView& cgroups;
  // In a user namespace: where a filesystem can't be mounted the host's is bound.
  bool restricted = false;
};

// What later steps need of the mounts made.
struct MountedTree {
  // The devpts at /dev/pts, if the plan mounts one: open "ptmx" relative to it, and no path of the
  // container takes part.
  base::OwnedFd devpts;
  // /dev is a bind mount, hence somebody else's: no device is made in it.
  bool dev_is_bind = false;
  // /dev and tmpfs mounts that are to be read-only, once they have been filled.
  std::vector<base::OwnedFd> read_only_later;
};

// All steps in order. Missing mount points are created. Sets the umask to 0 and back meanwhile.
MountedTree mount_all(const base::RootDir& root, const std::vector<MountStep>& plan,
                      const MountContext& context);

// One more, a folder that was made ready elsewhere and is detached yet; the same rules for where.
void attach_folder(const base::RootDir& root, base::BorrowedFd mount,
                   const std::string& destination);

// Nothing of the plan but the mount points that the root file system is to have for it, in a mount
// namespace of our own; `path` and `expected` are as attach_root takes them (pivot.h).
void make_targets(const std::string& path, base::BorrowedFd expected,
                  const std::vector<MountStep>& plan);

}  // namespace runtime::rootfs
