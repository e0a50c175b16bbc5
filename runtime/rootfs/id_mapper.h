// Makes id-mapped mounts (mount_setattr(2), Linux 5.12; for tmpfs 6.3). In the parent, because it
// takes privilege over the filesystem, which its owner's user namespace gives and the container's
// doesn't.
#pragma once

#include <utility>
#include <vector>

#include "base/fd.h"
#include "runtime/rootfs/mount_plan.h"

namespace runtime::rootfs {

class IdMapper {
 public:
  // `of_container` is the user namespace that the container joins, null if it joins none.
  explicit IdMapper(const base::OwnedFd* of_container) : of_container_(of_container) {}

  // Of a mount that is still detached.
  void map(base::BorrowedFd mount, const IdMap& ids);

 private:
  base::BorrowedFd namespace_with(const IdLists& lists);

  const base::OwnedFd* of_container_;
  // One for all mounts with the same lists, since making one takes a process.
  std::vector<std::pair<IdLists, base::OwnedFd>> made_;
};

}  // namespace runtime::rootfs
