// Mounts of type "cgroup" (config-linux.md#cgroups-path says nothing of them; engines expect the
// host's layout at /sys/fs/cgroup): cgroup2 itself, or a tmpfs with a folder per v1 hierarchy.
#include <sys/mount.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "runtime/rootfs/steps.h"

namespace runtime::rootfs {

using base::BorrowedFd;
using base::OwnedFd;

namespace {

// A host whose hierarchy is unified has it here; that is what makes it such a host.
constexpr const char* kUnifiedMountPoint = "/sys/fs/cgroup";

// "cpu,cpuacct" or "none,name=systemd", as options for configure().
std::vector<std::string> options_of(const CgroupHierarchy& hierarchy) {
  std::vector<std::string> options;
  if (hierarchy.options.empty()) return options;
  for (const std::string_view each : base::split(hierarchy.options, ',')) {
    options.emplace_back(each);
  }
  return options;
}

// In a cgroup namespace of its own, which must exist by now: mounting cgroup2 from the host's
// waits for a whole RCU grace period, and would show all of it.
OwnedFd new_instance(const CgroupHierarchy& hierarchy, const MountStep& step) {
  sys::FilesystemContext filesystem(hierarchy.filesystem);
  filesystem.set_string("source", step.source.empty() ? "cgroup" : step.source);
  MountStep own = step;
  const std::vector<std::string> options = options_of(hierarchy);
  own.options.data.insert(own.options.data.end(), options.begin(), options.end());
  configure(filesystem, own);
  return filesystem.mount(step.options.combined_attributes().set);
}

OwnedFd bound(const char* directory, const MountStep& step) {
  OwnedFd tree = sys::open_tree_clone(BorrowedFd::cwd(), directory, sys::Subtree::No);
  set_attributes(tree, step.options);
  return tree;
}

OwnedFd attach_unified(const MountTargets& targets, const MountStep& step, const CgroupView& view) {
  const CgroupHierarchy& hierarchy = view.hierarchies.front();
  OwnedFd mount =
      view.own_namespace ? new_instance(hierarchy, step) : bound(kUnifiedMountPoint, step);
  sys::move_mount(mount, targets.directory(step).fd);
  return mount;
}

// The folders' parent, writable until they are made.
OwnedFd attach_folder_mount(const MountTargets& targets, const MountStep& step) {
  sys::FilesystemContext filesystem("tmpfs");
  filesystem.set_string("source", "tmpfs");
  filesystem.set_string("mode", "0755");
  set_label(filesystem, step.label);
  const std::uint64_t attributes = step.options.combined_attributes().set;
  OwnedFd mount = filesystem.mount(attributes & ~std::uint64_t{MOUNT_ATTR_RDONLY});
  sys::move_mount(mount, targets.directory(step).fd);
  return mount;
}

void attach_hierarchy(BorrowedFd folders, const CgroupHierarchy& hierarchy, OwnedFd mount) {
  const char* name = hierarchy.folder.c_str();
  sys::mkdirat_if_absent(folders, name, 0755);
  const OwnedFd target = sys::openat2(folders, name, O_PATH | O_DIRECTORY, sys::Resolve::kBeneath);
  sys::move_mount(mount, target);
  for (const std::string& link : hierarchy.links) sys::symlinkat(name, folders, link.c_str());
}

OwnedFd attach_hierarchies(const MountTargets& targets, const MountStep& step,
                           const CgroupView& view) {
  OwnedFd folders = attach_folder_mount(targets, step);
  for (const CgroupHierarchy& hierarchy : view.hierarchies) {
    const base::Context mounting{[&] { return hierarchy.folder; }};
    attach_hierarchy(folders, hierarchy,
                     view.own_namespace ? new_instance(hierarchy, step)
                                        : bound(hierarchy.container_directory.c_str(), step));
  }
  if (step.options.read_only()) {
    sys::mount_setattr(folders, {.set = MOUNT_ATTR_RDONLY}, sys::Subtree::No);
  }
  return folders;
}

}  // namespace

std::vector<BoundCgroup> bound_cgroups(const std::string& destination, const CgroupView& view) {
  if (view.own_namespace) return {};
  if (view.unified) return {{destination, kUnifiedMountPoint}};
  std::vector<BoundCgroup> bound;
  for (const CgroupHierarchy& hierarchy : view.hierarchies) {
    bound.push_back({base::cat(destination, '/', hierarchy.folder), hierarchy.container_directory});
  }
  return bound;
}

OwnedFd attach_cgroup(const MountTargets& targets, const MountStep& step, const CgroupView& view) {
  if (view.hierarchies.empty()) throw base::Error("the host has no cgroup hierarchy to show");
  return view.unified ? attach_unified(targets, step, view)
                      : attach_hierarchies(targets, step, view);
}

}  // namespace runtime::rootfs
