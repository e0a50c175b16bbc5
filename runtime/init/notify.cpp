#include "runtime/init/notify.h"

#include "base/error.h"
#include "runtime/rootfs/mount.h"

namespace runtime {

void attach_notify_folder(const base::RootDir& root, base::BorrowedFd folder) {
  const base::Context attaching{[] { return "NOTIFY_SOCKET: /run/notify"; }};
  rootfs::attach_folder(root, folder, "/run/notify");
}

}  // namespace runtime
