#include "runtime/init/notify.h"

#include "base/error.h"
#include "base/text.h"
#include "runtime/rootfs/mount.h"

namespace runtime {

void attach_notify_folder(const base::RootDir& root, base::BorrowedFd folder) {
  const base::Context attaching{[] { return base::cat("NOTIFY_SOCKET: ", kNotifyPoint); }};
  rootfs::attach_folder(root, folder, kNotifyPoint);
}

}  // namespace runtime
