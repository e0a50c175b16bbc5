#include "runtime/rootfs/move_root.h"

#include <sys/mount.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mount.h"
#include "base/text.h"
#include "runtime/rootfs/mount_table.h"
#include "runtime/rootfs/pivot.h"

namespace runtime::rootfs {

using base::BorrowedFd;
using base::cat;
using base::OwnedFd;
using oci::Propagation;
using sys::Subtree;

namespace {

// The host's mounts in the container's namespace. As long as the process's root is the host's, what
// is moved over "/" is in nobody's way: a walk begins below it.
class HostTree {
 public:
  explicit HostTree(const base::RootDir& own)
      : root_(sys::openat(BorrowedFd::cwd(), "/", O_PATH | O_DIRECTORY)),
        // Opened once, since it outlives the procfs it is in.
        table_(sys::openat(BorrowedFd::cwd(), "/proc/self/mountinfo", O_RDONLY)),
        root_id_(sys::statx(root_).mount_id),
        own_id_(sys::statx(own.fd()).mount_id) {}

  BorrowedFd root() const { return root_; }

  // From the outside in, until nothing more comes to light. The host must not lose what we unmount:
  // what is unmounted from a mount that the host shares goes there, too.
  void detach() const {
    while (detach_some()) {
    }
    for (const MountEntry& each : mounts()) {
      throw base::Error(
          cat("the host's mount ", base::shown_path(each.point), " can't be detached"));
    }
  }

 private:
  std::vector<MountEntry> mounts() const {
    constexpr std::size_t kLongestTable = std::size_t{64} << 20;
    const sys::ReadResult table = sys::try_read_from_start(table_, kLongestTable);
    if (table.error != 0) throw base::Error("read of /proc/self/mountinfo", table.error);
    return without_own(parse_mount_table(table.bytes), root_id_, own_id_);
  }

  // Those on the root itself go with all that is in them.
  bool detach_some() const {
    const auto table = mounts();
    bool detached = false;
    for (auto each = table.rbegin(); each != table.rend(); ++each) {
      // Over the root itself: the path is the root's own.
      if (each->parent == root_id_ && each->point != "/") detached |= detach_at(each->point, table);
    }
    return detached;
  }

  // What is topmost at the path, which need not be what was mounted there first.
  static bool detach_at(const std::string& point, const std::vector<MountEntry>& table) {
    const auto mount = sys::open_if_exists(BorrowedFd::cwd(), point.c_str(), O_PATH | O_NOFOLLOW);
    if (!mount) return false;
    const sys::Placement place = sys::statx(*mount);
    const MountEntry* entry = find_mount(table, place.mount_id);
    if (!place.is_mount_root || entry == nullptr) return false;
    const MountEntry* parent = find_mount(table, entry->parent);
    if (parent != nullptr && parent->shared) return false;
    sys::mount_setattr(*mount, {.propagation = MS_PRIVATE}, Subtree::Recursive);
    return sys::try_umount2(point.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0;
  }

  OwnedFd root_;
  OwnedFd table_;
  std::uint64_t root_id_;
  std::uint64_t own_id_;
};

}  // namespace

// rootfsPropagation as runc has it. What can't be detached stays in the namespace, and a private
// mount there would not go when the host unmounts it: the device is busy for as long as the
// container lives. In another user namespace nothing of the host can be detached, because the
// kernel locks it; and who may unmount our root there would find all of it below.
void check_movable(std::optional<Propagation> propagation, bool in_user_namespace) {
  if (in_user_namespace) {
    throw base::Error(
        "--no-pivot: a user namespace keeps the host's mounts in reach without pivot_root");
  }
  if (!propagation) return;
  switch (*propagation) {
    case Propagation::Shared:
    case Propagation::RecursiveShared:
    case Propagation::Slave:
    case Propagation::RecursiveSlave: return;
    case Propagation::Private:
    case Propagation::RecursivePrivate:
    case Propagation::Unbindable:
    case Propagation::RecursiveUnbindable: break;
  }
  throw base::Error(cat("--no-pivot: config.json: /linux/rootfsPropagation: ",
                        oci::name_of(*propagation), " is not safe without pivot_root"));
}

void move_into(const base::RootDir& root) {
  const base::Context moving{[] { return "--no-pivot"; }};
  const HostTree host(root);
  // Before ours comes onto it, and others go, which would otherwise be the host's, too. For good:
  // what the host mounts later must not come in below ours.
  sys::mount_setattr(host.root(), {.propagation = MS_PRIVATE}, Subtree::No);
  sys::move_mount(root.fd(), host.root());
  host.detach();
  // Not chroot(2), with which the root of a caller that is in a chroot would be taken for the
  // namespace's: there the check fails.
  sys::enter_root_of_namespace();
  expect_root(root);
}

}  // namespace runtime::rootfs
