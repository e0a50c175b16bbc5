// What takes the place of the pivot where the kernel can't do one: the host's root is an initramfs,
// which is the root of every mount namespace and stays it (--no-pivot).
#pragma once

#include <optional>

#include "base/directory.h"
#include "oci/config_linux.h"

namespace runtime::rootfs {

// Throws for a rootfsPropagation that can't be had so, and for another user namespace.
void check_movable(std::optional<oci::Propagation> propagation, bool in_user_namespace);

// Moves the root over "/" and makes it "/" and the working directory, detaches every other mount of
// the host, and checks both. Of the host the bare root file system is left, below ours: no path
// leads there, but whoever may unmount (CAP_SYS_ADMIN) can uncover it.
void move_into(const base::RootDir& root);

}  // namespace runtime::rootfs
