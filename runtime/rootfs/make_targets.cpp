// The places of mounts alone, for who mounts but makes none: CRIU.
#include <algorithm>
#include <sys/mount.h>

#include "base/error.h"
#include "base/file.h"
#include "runtime/rootfs/mount.h"
#include "runtime/rootfs/pivot.h"
#include "runtime/rootfs/steps.h"

namespace runtime::rootfs {

namespace {

bool is_below(const MountStep& step, const MountStep& other) {
  return step.destination.size() > other.destination.size() + 1 &&
         step.destination.starts_with(other.destination + "/");
}

// In a new filesystem: who makes that makes what is in it.
bool lies_in_filesystem(const MountStep& step, const std::vector<MountStep>& plan) {
  return std::any_of(plan.begin(), plan.end(), [&](const MountStep& other) {
    return other.kind == MountKind::Filesystem && is_below(step, other);
  });
}

void make_target(const MountTargets& targets, const MountStep& step) {
  switch (step.kind) {
    // Attached, because the place of another may be in it.
    case MountKind::Bind: attach_bind(targets, step, base::OwnedFd()); return;
    case MountKind::Filesystem:
    case MountKind::Cgroup: targets.directory(step); return;
    case MountKind::Remount: return;
  }
}

}  // namespace

void make_targets(const std::string& path, base::BorrowedFd expected,
                  const std::vector<MountStep>& plan) {
  const sys::NoUmask exact_modes;
  {
    const base::RootDir root = attach_root(path, expected, std::nullopt);
    const MountTargets targets(root);
    for (const MountStep& step : plan) {
      const base::Context making{[&] { return describe(step); }};
      if (!lies_in_filesystem(step, plan)) make_target(targets, step);
    }
  }
  sys::umount2(path.c_str(), MNT_DETACH);
}

}  // namespace runtime::rootfs
