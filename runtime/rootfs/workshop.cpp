#include "runtime/rootfs/workshop.h"

#include <sched.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mount.h"
#include "base/namespace.h"
#include "base/process.h"
#include "runtime/rootfs/pivot.h"

namespace runtime::rootfs {

Workshop::Workshop()
    : outside_(sys::openat(base::BorrowedFd::cwd(), "/proc/self/ns/mnt", O_RDONLY)) {
  sys::unshare(CLONE_NEWNS);
}

void Workshop::leave_with(const base::RootDir& root) const {
  const base::Context leaving{[] { return "the runtime's mount namespace"; }};
  const base::RootDir tree(sys::open_tree_clone(root.fd(), sys::Subtree::Recursive));
  sys::setns(outside_, CLONE_NEWNS);
  sys::change_root(tree.fd());
  expect_root(tree);
}

}  // namespace runtime::rootfs
