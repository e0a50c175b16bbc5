#include "runtime/rootfs/mount.h"

#include <cerrno>
#include <sys/mount.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/trace.h"
#include "runtime/rootfs/steps.h"

namespace runtime::rootfs {

using base::BorrowedFd;
using base::OwnedFd;

namespace {

// The errno, or 0.
int try_change(BorrowedFd mount, const AttributeChange& change, sys::Subtree subtree) {
  if (change.empty()) return 0;
  return sys::try_mount_setattr(mount, {.set = change.set, .clear = change.clear}, subtree);
}

// mount_namespaces(7): what a mount from outside has can't be cleared, nor its access time changed.
void expect_changed(int error) {
  constexpr const char* kCall = "mount_setattr";
  if (error == EPERM) {
    throw base::Error(
        base::cat(kCall, ": flags of the host's mount are locked in a user namespace"), error);
  }
  if (error != 0) throw base::Error(kCall, error);
}

// A mount that is locked read-only stays that, as in crun: Podman up to 5 writes "rw" for every
// volume that isn't to be read-only.
int try_change_itself(BorrowedFd mount, AttributeChange change) {
  const int error = try_change(mount, change, sys::Subtree::No);
  if (error != EPERM || (change.clear & MOUNT_ATTR_RDONLY) == 0) return error;
  base::log::debug([] { return "the host's mount is read-only, and stays it"; });
  change.clear &= ~std::uint64_t{MOUNT_ATTR_RDONLY};
  return try_change(mount, change, sys::Subtree::No);
}

// In the order given, because "rslave,rshared" makes a peer group of its own that still receives.
void propagate(BorrowedFd mount, const MountOptions& options) {
  for (const PropagationChange& each : options.propagation) {
    sys::mount_setattr(mount, {.propagation = each.type},
                       each.recursive ? sys::Subtree::Recursive : sys::Subtree::No);
  }
}

OwnedFd carry_out(const MountTargets& targets, const MountStep& step, const MountContext& context) {
  switch (step.kind) {
    case MountKind::Bind: return attach_bind(targets, step, context.sources.of(step));
    case MountKind::Filesystem:
      if (context.restricted && has_to_be_bound(step)) return attach_substitute(targets, step);
      return attach_filesystem(targets, step, context.sources.of(step));
    case MountKind::Cgroup: return attach_cgroup(targets, step, context.cgroups);
    case MountKind::Remount: return change_mount(targets, step);
  }
  return {};
}

// What later steps need is kept; every other descriptor of a mount is closed here, after it has
// been attached, because closing a detached one waits for an RCU grace period.
void remember(const MountStep& step, OwnedFd mount, MountedTree& tree) {
  const bool is_new = step.kind != MountKind::Remount;
  if (is_new && step.destination == "/dev") tree.dev_is_bind = step.kind == MountKind::Bind;
  if (is_read_only_later(step)) {
    tree.read_only_later.push_back(std::move(mount));
  } else if (is_new && step.type == "devpts" && step.destination == "/dev/pts") {
    tree.devpts = std::move(mount);
  }
}

}  // namespace

std::string describe(const MountStep& step) {
  std::string text = base::cat("mounts[", step.index, "] ", base::shown(step.destination));
  const std::string what = step.kind == MountKind::Bind ? "bind" : base::shown(step.type);
  if (what.empty() && step.source.empty()) return text;
  const std::string of = what.empty() || step.source.empty() ? "" : " of ";
  return text + base::cat(" (", what, of, base::shown(step.source), ")");
}

void set_attributes(BorrowedFd mount, const MountOptions& options) {
  expect_changed(try_change_itself(mount, options.attributes));
  expect_changed(try_change(mount, options.recursive_attributes, sys::Subtree::Recursive));
}

bool is_read_only_later(const MountStep& step) {
  if (!step.options.read_only()) return false;
  return step.destination == "/dev" || (step.kind == MountKind::Filesystem && step.type == "tmpfs");
}

std::uint64_t initial_attributes(const MountStep& step) {
  const std::uint64_t attributes = step.options.combined_attributes().set;
  return is_read_only_later(step) ? attributes & ~std::uint64_t{MOUNT_ATTR_RDONLY} : attributes;
}

MountedTree mount_all(const base::RootDir& root, const std::vector<MountStep>& plan,
                      const MountContext& context) {
  const sys::NoUmask exact_modes;
  const MountTargets targets(root);
  MountedTree tree;
  for (const MountStep& step : plan) {
    const base::Context mounting{[&] { return describe(step); }};
    const base::trace::Steps tracing("mount", step.destination);
    OwnedFd mount = carry_out(targets, step, context);
    if (!mount.valid()) continue;
    propagate(mount, step.options);
    remember(step, std::move(mount), tree);
  }
  return tree;
}

void attach_folder(const base::RootDir& root, BorrowedFd mount, const std::string& destination) {
  const sys::NoUmask exact_modes;
  MountStep step;
  step.destination = destination;
  sys::move_mount(mount, MountTargets(root).directory(step).fd);
}

}  // namespace runtime::rootfs
