// /dev: the nodes and links every container has (config-linux.md#default-devices) and those of
// `linux.devices`.
#pragma once

#include <string>
#include <vector>

#include "base/directory.h"
#include "oci/config_linux.h"
#include "runtime/rootfs/mount.h"

namespace runtime::rootfs {

// In a user namespace nobody can make device nodes; the host's are bound then.
enum class Nodes { Made, Bound };

// After mount_all, because /dev and /dev/pts are mounts of the plan. Does nothing when /dev is a
// bind mount. Sets the umask to 0 and back meanwhile.
void make_devices(const base::RootDir& root, const std::vector<oci::Device>& devices,
                  const MountedTree& mounted, Nodes nodes = Nodes::Made);

// Those that every container has: "/dev/null" and so on.
std::vector<std::string> default_device_paths();

// The container's null device, which masked files show: an image's file of that name is refused
// (CVE-2025-31133).
base::OwnedFd open_null_device(const base::RootDir& root);

// Binds the terminal's peer on /dev/console; throws unless it is a character device of a devpts.
// Before finish_read_only, because it may have to create the mount point.
void bind_console(const base::RootDir& root, base::BorrowedFd peer);

}  // namespace runtime::rootfs
