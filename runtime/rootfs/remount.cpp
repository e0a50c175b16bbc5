// The option "remount": changes a mount that exists. Together with "bind" only the mount itself,
// otherwise also the filesystem, as mount(8) has it; what no option names stays as it is.
#include <cstdint>
#include <sys/mount.h>

#include "runtime/rootfs/steps.h"

namespace runtime::rootfs {

base::OwnedFd change_mount(const MountTargets& targets, const MountStep& step) {
  Target target = targets.existing_mount(step);
  const MountOptions& options = step.options;
  const bool changes_filesystem = !options.filesystem_flags.empty() || !options.data.empty();
  if (options.bind == BindKind::None && changes_filesystem) {
    sys::FilesystemContext filesystem(target.fd, step.type.empty() ? "filesystem" : step.type);
    configure(filesystem, step);
    filesystem.reconfigure();
  }
  MountOptions now = options;
  if (is_read_only_later(step)) now.attributes.set &= ~std::uint64_t{MOUNT_ATTR_RDONLY};
  set_attributes(target.fd, now);
  return std::move(target.fd);
}

}  // namespace runtime::rootfs
