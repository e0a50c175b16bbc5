// Bind mounts: a clone of a part of the host's tree, changed while nobody can see it, attached in
// one step.
#include <sys/mount.h>

#include "base/error.h"
#include "base/file.h"
#include "runtime/rootfs/steps.h"

namespace runtime::rootfs {

using base::OwnedFd;

namespace {

// Not at /proc, where no link may say what is written through.
bool is_link_to_copy(const MountStep& step, const sys::Placement& source) {
  return step.options.copy_link && step.destination != "/proc" && S_ISLNK(source.mode);
}

}  // namespace

OwnedFd clone_source(const MountStep& step) {
  const base::Context cloning{[] { return "bind source"; }};
  const auto subtree =
      step.options.bind == BindKind::Recursive ? sys::Subtree::Recursive : sys::Subtree::No;
  const char* path = step.source.c_str();
  if (step.options.bind_link || step.options.copy_link) {
    const OwnedFd itself = sys::openat(base::BorrowedFd::cwd(), path, O_PATH | O_NOFOLLOW);
    return sys::open_tree_clone(itself, subtree);
  }
  return sys::open_tree_clone(base::BorrowedFd::cwd(), path, subtree);
}

OwnedFd attach_bind(const MountTargets& targets, const MountStep& step, const OwnedFd& opened) {
  OwnedFd source = opened.valid() ? base::duplicate(opened) : clone_source(step);
  const sys::Placement place = sys::statx(source);
  if (is_link_to_copy(step, place)) {
    targets.make_link(step, sys::readlinkat(source, ""));
    return {};
  }
  // Engines bind the host's /proc for a container that shares the host's processes but may not
  // mount procfs.
  if (step.destination == "/proc" && !sys::is_whole_procfs(source)) {
    throw base::Error("only a procfs may be bound on /proc");
  }
  set_attributes(source, step.options);
  // Only the mount itself: what "rro" did to those below it stays.
  if (is_read_only_later(step)) {
    sys::mount_setattr(source, {.clear = MOUNT_ATTR_RDONLY}, sys::Subtree::No);
  }
  const Target target = S_ISDIR(place.mode) ? targets.directory(step) : targets.file(step);
  sys::move_mount(source, target.fd);
  return source;
}

}  // namespace runtime::rootfs
