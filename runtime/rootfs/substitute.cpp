// sysfs shows a network namespace, mqueue an ipc namespace; where those aren't the container's own,
// the kernel lets nobody in its user namespace make an instance. The host's are bound then.
#include <algorithm>
#include <sys/mount.h>

#include "base/error.h"
#include "base/text.h"
#include "runtime/rootfs/steps.h"

namespace runtime::rootfs {

using base::OwnedFd;

namespace {

struct Substitute {
  const char* type;
  const char* path;  // where the host has its own
};
constexpr Substitute kSubstitutes[] = {{"sysfs", "/sys"}, {"mqueue", "/dev/mqueue"}};

const Substitute* find_substitute(const MountStep& step) {
  const auto* const found =
      std::find_if(std::begin(kSubstitutes), std::end(kSubstitutes),
                   [&](const Substitute& each) { return step.type == each.type; });
  return found != std::end(kSubstitutes) ? found : nullptr;
}

}  // namespace

bool has_to_be_bound(const MountStep& step) {
  const Substitute* substitute = find_substitute(step);
  return substitute != nullptr && !sys::may_make_filesystem(substitute->type);
}

OwnedFd attach_substitute(const MountTargets& targets, const MountStep& step) {
  const char* path = find_substitute(step)->path;
  const base::Context binding{[&] { return base::cat("the host's ", path, " in its place"); }};
  // With all that is below: the kernel lets nobody here uncover what a mount covers.
  OwnedFd tree = sys::open_tree_clone(base::BorrowedFd::cwd(), path, sys::Subtree::Recursive);
  // And all of it as the config wants its own: "ro" would else leave the host's cgroups writable
  // (CVE-2023-25809).
  sys::mount_setattr(tree, {.set = step.options.combined_attributes().set},
                     sys::Subtree::Recursive);
  sys::move_mount(tree, targets.directory(step).fd);
  return tree;
}

}  // namespace runtime::rootfs
