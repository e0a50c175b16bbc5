// The root of a container that shares the runtime's mount namespace (config-linux.md#namespaces).
#pragma once

#include "base/directory.h"
#include "base/fd.h"

namespace runtime::rootfs {

// A mount namespace to build the root in all the same, or the container's mounts would be the
// host's. What is built is taken out as a tree that is attached nowhere: it is in nobody's mount
// table, no way leads from it to the host's files, and it goes with the last process that it is the
// root of.
class Workshop {
 public:
  // From here on we are in it.
  Workshop();
  // Back to where we were, with a copy of the root and all that is mounted in it as our own root.
  void leave_with(const base::RootDir& root) const;

 private:
  base::OwnedFd outside_;
};

}  // namespace runtime::rootfs
