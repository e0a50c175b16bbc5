// What the container may see but not change, or not see (config-linux.md#masked-paths,
// #readonly-paths; config.md#root `readonly`).
//
// The order at the call matters: read-only mounts, read-only paths, masked paths; all after the
// pivot or before it, the root descriptor serves both.
#pragma once

#include <string>
#include <vector>

#include "base/directory.h"
#include "runtime/rootfs/mount.h"

namespace runtime::rootfs {

// The deferred part of the option `ro`, and root.readonly.
void finish_read_only(const base::RootDir& root, const MountedTree& mounted, bool readonly_root);

// Paths that don't exist are left out; links lead where they would lead the container.
void make_paths_readonly(const base::RootDir& root, const std::vector<std::string>& paths);

// Files show the null device, directories one empty read-only tmpfs, which has the label.
void mask_paths(const base::RootDir& root, const std::vector<std::string>& paths,
                const MountLabel& label = {});

}  // namespace runtime::rootfs
