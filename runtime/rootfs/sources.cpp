#include "runtime/rootfs/sources.h"

#include "base/error.h"
#include "base/mount.h"
#include "runtime/rootfs/pivot.h"
#include "runtime/rootfs/steps.h"

namespace runtime::rootfs {

using base::OwnedFd;

const OwnedFd& Sources::of(const MountStep& step) const {
  static const OwnedFd none;
  return step.index < mounts.size() ? mounts[step.index] : none;
}

Sources open_sources(base::BorrowedFd rootfs, const std::vector<MountStep>& plan,
                     std::optional<oci::Propagation> propagation) {
  Sources sources;
  sources.root = sys::open_tree_clone(rootfs, sys::Subtree::Recursive);
  isolate_propagation(sources.root, propagation);
  sources.mounts.resize(plan.size());
  for (const MountStep& step : plan) {
    if (step.kind != MountKind::Bind) continue;
    const base::Context opening{[&] { return describe(step); }};
    sources.mounts[step.index] = clone_source(step);
    isolate_propagation(sources.mounts[step.index], propagation);
  }
  return sources;
}

}  // namespace runtime::rootfs
