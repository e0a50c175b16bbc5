#include "runtime/rootfs/sources.h"

#include <sys/mount.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mount.h"
#include "runtime/rootfs/id_mapper.h"
#include "runtime/rootfs/pivot.h"
#include "runtime/rootfs/steps.h"

namespace runtime::rootfs {

using base::BorrowedFd;
using base::OwnedFd;

namespace {

bool is_wanted(const MountStep& step, const SourceRequest& request) {
  return step.id_map || (request.all && step.kind == MountKind::Bind);
}

// Of the folder that a new tmpfs will cover. What init will find there may be another one, of a
// mount before it; but then it is too late to give a filesystem with mapped ids a mode.
std::optional<mode_t> covered_mode(BorrowedFd rootfs, const MountStep& step) {
  const base::RootDir root(base::duplicate(rootfs));
  const auto folder = root.find(step.destination);
  if (!folder) return std::nullopt;
  return sys::fstat(*folder).st_mode;
}

// Of a change what would be refused once the mount is locked.
AttributeChange lockable(const AttributeChange& change) {
  constexpr std::uint64_t kAccessTime = MOUNT_ATTR__ATIME | MOUNT_ATTR_NODIRATIME;
  return {change.set & kAccessTime, change.clear};
}

// What the config takes from the host's flags. What it adds stays init's, and the container's
// administrator may undo it, as elsewhere.
void unlock(BorrowedFd clone, const MountStep& step) {
  MountOptions options;
  options.attributes = lockable(step.options.attributes);
  options.recursive_attributes = lockable(step.options.recursive_attributes);
  if (is_read_only_later(step)) options.attributes.clear |= MOUNT_ATTR_RDONLY;
  set_attributes(clone, options);
}

OwnedFd open_one(BorrowedFd rootfs, const MountStep& step, const SourceRequest& request) {
  if (step.kind != MountKind::Bind) return make_filesystem(step, covered_mode(rootfs, step));
  OwnedFd clone = clone_source(step);
  isolate_propagation(clone, request.propagation);
  if (request.all) unlock(clone, step);
  return clone;
}

OwnedFd open_root(BorrowedFd rootfs, const SourceRequest& request, IdMapper& mapper) {
  const base::Context opening{[] { return "root file system"; }};
  OwnedFd clone = sys::open_tree_clone(rootfs, sys::Subtree::Recursive);
  isolate_propagation(clone, request.propagation);
  if (request.root_ids) mapper.map(clone, *request.root_ids);
  return clone;
}

}  // namespace

const OwnedFd& Sources::of(const MountStep& step) const {
  static const OwnedFd none;
  return step.index < mounts.size() ? mounts[step.index] : none;
}

std::vector<OwnedFd*> Sources::of_host(const std::vector<MountStep>& plan) {
  std::vector<OwnedFd*> trees;
  if (root.valid()) trees.push_back(&root);
  for (const MountStep& step : plan) {
    OwnedFd& mount = mounts[step.index];
    if (step.kind == MountKind::Bind && mount.valid()) trees.push_back(&mount);
  }
  return trees;
}

void expect_no_mapped_ids(const std::vector<MountStep>& plan) {
  for (const MountStep& step : plan) {
    const base::Context mapping{[&] { return describe(step); }};
    if (step.id_map) throw base::Error("mapping ids takes CAP_SYS_ADMIN");
  }
}

Sources open_sources(BorrowedFd rootfs, const std::vector<MountStep>& plan,
                     const SourceRequest& request) {
  Sources sources;
  IdMapper mapper(request.user_namespace);
  if (request.all) sources.root = open_root(rootfs, request, mapper);
  sources.mounts.resize(plan.size());
  for (const MountStep& step : plan) {
    if (!is_wanted(step, request)) continue;
    const base::Context opening{[&] { return describe(step); }};
    OwnedFd& source = sources.mounts[step.index] = open_one(rootfs, step, request);
    if (step.id_map) mapper.map(source, *step.id_map);
  }
  return sources;
}

}  // namespace runtime::rootfs
