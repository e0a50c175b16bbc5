#include "runtime/container/poststop.h"

#include "base/file.h"
#include "runtime/container/hooks.h"
#include "runtime/container/status.h"

namespace runtime {

// The hooks' folder, the bundle, may be gone with everything else.
void run_poststop_hooks(const Record& record) {
  if (record.hooks.poststop.empty()) return;
  const auto bundle =
      sys::open_if_exists(base::BorrowedFd::cwd(), record.bundle.c_str(), O_PATH | O_DIRECTORY);
  const base::OwnedFd folder =
      bundle ? base::OwnedFd() : sys::openat(base::BorrowedFd::cwd(), "/", O_PATH | O_DIRECTORY);
  run_hooks(HookPoint::Poststop, record.hooks, describe(record, oci::Status::Stopped, 0),
            {bundle ? *bundle : folder});
}

}  // namespace runtime
