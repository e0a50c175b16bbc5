// linux.mountLabel (config-linux.md#mount-label): the SELinux context of everything in a filesystem
// that the container gets anew, such as a tmpfs, by a mount option.
#pragma once

#include <vector>

#include "oci/config.h"
#include "runtime/rootfs/mount_plan.h"

namespace runtime::rootfs {

// By the config and its annotation run.oci.mount_context_type. Throws when that says something
// else than the kernel has options for.
MountLabel mount_label_of(const oci::Config& config);

// Gives it to the steps that make a filesystem which takes one. Those don't, since their files have
// labels of the policy's own: proc, sysfs, cgroup and cgroup2; nor does a bind, whose files have
// theirs. An mqueue's root gets it as an attribute. A mount with such an option of its own keeps
// that, without the quotes that mount(8) wants around it and fsconfig(2) doesn't.
//
// In a user namespace the kernel takes labels for few filesystems, and the others get none.
//
// Pure. Throws when the kernel would not take so long a value.
void label_mounts(std::vector<MountStep>& steps, const MountLabel& label, bool in_user_namespace);

}  // namespace runtime::rootfs
