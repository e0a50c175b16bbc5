// The kinds of mounts, one function each; internal to mount_all. All return the descriptor of the
// mount made, attached; an empty one if no mount was to be made.
#pragma once

#include <optional>
#include <sys/types.h>

#include "base/fd.h"
#include "base/mount.h"
#include "runtime/rootfs/cgroup_view.h"
#include "runtime/rootfs/mount_plan.h"
#include "runtime/rootfs/target.h"

namespace runtime::rootfs {

// For messages: "mounts[3] /proc (proc)".
std::string describe(const MountStep& step);

// A part of the host's tree, detached (bind.cpp).
base::OwnedFd clone_source(const MountStep& step);
// The same, attached; `opened` is what the parent has made of it, if it had to.
base::OwnedFd attach_bind(const MountTargets& targets, const MountStep& step,
                          const base::OwnedFd& opened);
// In place of a filesystem that can't be mounted in this user namespace: the host's
// (substitute.cpp).
bool has_to_be_bound(const MountStep& step);
base::OwnedFd attach_substitute(const MountTargets& targets, const MountStep& step);
// A new instance of a filesystem, detached (filesystem.cpp); `covered` is the mode of the folder it
// will be mounted on, if that exists.
base::OwnedFd make_filesystem(const MountStep& step, std::optional<mode_t> covered);
// The same, attached; `opened` is what the parent has made of it, if it had to.
base::OwnedFd attach_filesystem(const MountTargets& targets, const MountStep& step,
                                const base::OwnedFd& opened);
// Type "cgroup" (cgroup_mount.cpp).
base::OwnedFd attach_cgroup(const MountTargets& targets, const MountStep& step,
                            const CgroupView& view);
// The option "remount" (remount.cpp).
base::OwnedFd change_mount(const MountTargets& targets, const MountStep& step);

// The attributes, on a mount that is attached or not.
void set_attributes(base::BorrowedFd mount, const MountOptions& options);
// Flags and data of a step into a filesystem being configured.
void configure(sys::FilesystemContext& filesystem, const MountStep& step);
// The option by which SELinux labels it, if there is to be one.
void set_label(sys::FilesystemContext& filesystem, const MountLabel& label);

// True for what becomes read-only only after it was filled (finish_read_only): /dev, where devices
// and other mounts' mount points are made, and every tmpfs.
bool is_read_only_later(const MountStep& step);
// MOUNT_ATTR_* for a new mount of the step, less a deferred read-only.
std::uint64_t initial_attributes(const MountStep& step);

}  // namespace runtime::rootfs
