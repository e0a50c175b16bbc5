#include "runtime/rootfs/pivot.h"

#include <sys/mount.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mount.h"
#include "base/text.h"

namespace runtime::rootfs {

using base::BorrowedFd;
using base::OwnedFd;
using oci::Propagation;
using sys::Subtree;

namespace {

using MaybePropagation = std::optional<Propagation>;

// Our copies of the host's mounts stay in their peer groups, so that a volume can hand mounts of
// the container to the host. Then nothing of the root may be in one while we work on it.
bool stays_connected(MaybePropagation propagation) {
  return propagation == Propagation::Shared || propagation == Propagation::RecursiveShared;
}

bool is_cut_off(MaybePropagation propagation) {
  return propagation == Propagation::Private || propagation == Propagation::RecursivePrivate ||
         propagation == Propagation::Unbindable || propagation == Propagation::RecursiveUnbindable;
}

// A slave unless told otherwise, so that what the host unmounts is not kept busy by us.
std::uint64_t isolated_type(MaybePropagation propagation) {
  return is_cut_off(propagation) ? MS_PRIVATE : MS_SLAVE;
}

void set_propagation(BorrowedFd mount, std::uint64_t type, Subtree subtree) {
  sys::mount_setattr(mount, {.propagation = type}, subtree);
}

// Towards the root until the directory is the root of a mount: that one holds the container's.
OwnedFd mount_below(BorrowedFd directory) {
  OwnedFd at = sys::openat(directory, ".", O_PATH | O_DIRECTORY);
  while (!sys::statx(at).is_mount_root) at = sys::openat(at, "..", O_PATH | O_DIRECTORY);
  return at;
}

OwnedFd open_same(const std::string& path, BorrowedFd expected) {
  OwnedFd directory = sys::openat(BorrowedFd::cwd(), path.c_str(), O_PATH | O_DIRECTORY);
  if (!sys::statx(directory).same_object(sys::statx(expected))) {
    throw base::Error("something else is there than when the container's creation began");
  }
  return directory;
}

}  // namespace

void isolate_propagation(MaybePropagation propagation) {
  if (stays_connected(propagation)) return;
  const base::Context isolating{[] { return "rootfsPropagation"; }};
  sys::mount_setattr_path("/", {.propagation = isolated_type(propagation)}, Subtree::Recursive);
}

void isolate_propagation(BorrowedFd tree, MaybePropagation propagation) {
  if (stays_connected(propagation)) return;
  const base::Context isolating{[] { return "rootfsPropagation"; }};
  set_propagation(tree, isolated_type(propagation), Subtree::Recursive);
}

OwnedFd find_here(const std::string& path, BorrowedFd there) {
  sys::OpenResult found = sys::try_openat2(BorrowedFd::cwd(), path.c_str(), O_PATH | O_DIRECTORY,
                                           sys::Resolve::kAnywhere);
  if (found.error != 0 || !sys::statx(found.fd).same_object(sys::statx(there))) return {};
  return std::move(found.fd);
}

base::RootDir attach_opened(const OwnedFd& opened, BorrowedFd place, MaybePropagation propagation) {
  const base::Context attaching{[] { return "root file system"; }};
  OwnedFd tree = base::duplicate(opened);
  if (stays_connected(propagation)) set_propagation(tree, MS_PRIVATE, Subtree::Recursive);
  sys::move_mount(tree, place);
  return base::RootDir(std::move(tree));
}

base::RootDir attach_root(const std::string& path, BorrowedFd expected,
                          MaybePropagation propagation) {
  const base::Context attaching{[&] { return base::cat("root file system ", path); }};
  const OwnedFd directory = open_same(path, expected);
  // Before the clone is attached, because on a shared mount the host would get it as well.
  if (stays_connected(propagation)) {
    set_propagation(mount_below(directory), MS_PRIVATE, Subtree::No);
  }
  OwnedFd tree = sys::open_tree_clone(directory, Subtree::Recursive);
  // Before anything is mounted in it, for the same reason.
  if (stays_connected(propagation)) set_propagation(tree, MS_PRIVATE, Subtree::Recursive);
  sys::move_mount(tree, directory);
  return base::RootDir(std::move(tree));
}

void pivot_into(const base::RootDir& root, MaybePropagation propagation) {
  OwnedFd old_root;
  if (stays_connected(propagation)) {
    old_root = sys::openat(BorrowedFd::cwd(), "/", O_PATH | O_DIRECTORY);
  }
  sys::fchdir(root.fd());
  // The host's tree ends up on top of the new root, where the unmount finds it: no folder for it
  // is needed.
  sys::pivot_root_here();
  // Before the unmount, because it would otherwise be the host's, too.
  if (old_root.valid()) set_propagation(old_root, MS_SLAVE, Subtree::Recursive);
  sys::umount2(".", MNT_DETACH);
  expect_root(root);
}

// ".." at the root stays at the root, but enters what is mounted on it: a host's tree that was
// left there would be found, too.
void expect_root(const base::RootDir& root) {
  const OwnedFd slash = sys::openat(BorrowedFd::cwd(), "/..", O_PATH | O_DIRECTORY);
  if (sys::statx(slash).mount_id != sys::statx(root.fd()).mount_id) {
    throw base::Error("\"/\" is not the container's root");
  }
}

void propagate_root(const base::RootDir& root, MaybePropagation propagation) {
  if (!propagation) return;
  switch (*propagation) {
    case Propagation::Shared: return set_propagation(root.fd(), MS_SHARED, Subtree::No);
    case Propagation::RecursiveShared:
      return set_propagation(root.fd(), MS_SHARED, Subtree::Recursive);
    case Propagation::Unbindable: return set_propagation(root.fd(), MS_UNBINDABLE, Subtree::No);
    case Propagation::RecursiveUnbindable:
      return set_propagation(root.fd(), MS_UNBINDABLE, Subtree::Recursive);
    // As isolate_propagation left it.
    case Propagation::Private:
    case Propagation::RecursivePrivate:
    case Propagation::Slave:
    case Propagation::RecursiveSlave: return;
  }
}

}  // namespace runtime::rootfs
