#include "runtime/rootfs/mask.h"

#include <sys/mount.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/mount.h"
#include "base/text.h"
#include "runtime/rootfs/devices.h"
#include "runtime/rootfs/steps.h"

namespace runtime::rootfs {

using base::BorrowedFd;
using base::OwnedFd;
using sys::Subtree;

namespace {

// What a path of the list leads to. Not to the root: a mount on it would be seen by nobody.
struct Covered {
  OwnedFd fd;
  bool is_directory = false;
};

class Paths {
 public:
  explicit Paths(const base::RootDir& root) : root_(root), place_(sys::statx(root.fd())) {}

  std::optional<Covered> find(const std::string& path) const {
    auto found = root_.find(path);
    if (!found) return std::nullopt;
    const sys::Placement place = sys::statx(*found);
    if (place.mount_id == place_.mount_id && place.inode == place_.inode) {
      throw base::Error("leads to the root itself");
    }
    return Covered{std::move(*found), S_ISDIR(place.mode)};
  }

 private:
  const base::RootDir& root_;
  sys::Placement place_;
};

// Clones of one mount over many targets. The first is attached itself, so that no mount is made
// that is not attached.
class Cover {
 public:
  explicit Cover(const MountLabel& label) : label_(label) {}

  void put_on(BorrowedFd target) {
    if (!mount_.valid()) {
      mount_ = empty_folder();
      sys::move_mount(mount_, target);
    } else {
      sys::move_mount(sys::open_tree_clone(mount_, Subtree::No), target);
    }
  }

 private:
  OwnedFd empty_folder() const {
    sys::FilesystemContext filesystem("tmpfs");
    filesystem.set_string("source", "tmpfs");
    filesystem.set_string("mode", "0755");
    set_label(filesystem, label_);
    return filesystem.mount(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
                            MOUNT_ATTR_NOEXEC);
  }

  const MountLabel& label_;
  OwnedFd mount_;
};

}  // namespace

void finish_read_only(const base::RootDir& root, const MountedTree& mounted, bool readonly_root) {
  const sys::MountAttributes read_only{.set = MOUNT_ATTR_RDONLY};
  for (const OwnedFd& mount : mounted.read_only_later) {
    sys::mount_setattr(mount, read_only, Subtree::No);
  }
  if (!readonly_root) return;
  const base::Context finishing{[] { return "/root/readonly"; }};
  sys::mount_setattr(root.fd(), read_only, Subtree::No);
}

void make_paths_readonly(const base::RootDir& root, const std::vector<std::string>& paths) {
  const Paths lookup(root);
  for (const std::string& path : paths) {
    const base::Context making{[&] { return base::cat("readonlyPaths ", path); }};
    const auto covered = lookup.find(path);
    if (!covered) continue;
    const OwnedFd clone = sys::open_tree_clone(covered->fd, Subtree::Recursive);
    sys::mount_setattr(clone, {.set = MOUNT_ATTR_RDONLY}, Subtree::No);
    sys::move_mount(clone, covered->fd);
  }
}

void mask_paths(const base::RootDir& root, const std::vector<std::string>& paths,
                const MountLabel& label) {
  const Paths lookup(root);
  Cover folder(label);
  OwnedFd null;
  for (const std::string& path : paths) {
    const base::Context masking{[&] { return base::cat("maskedPaths ", path); }};
    const auto covered = lookup.find(path);
    if (!covered) continue;
    if (covered->is_directory) {
      folder.put_on(covered->fd);
      continue;
    }
    if (!null.valid()) null = open_null_device(root);
    sys::move_mount(sys::open_tree_clone(null, Subtree::No), covered->fd);
  }
}

}  // namespace runtime::rootfs
