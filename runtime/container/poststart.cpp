#include "runtime/container/poststart.h"

#include <csignal>

#include "base/file.h"
#include "base/process.h"
#include "base/rollback.h"
#include "runtime/cgroup/driver.h"
#include "runtime/container/hooks.h"
#include "runtime/container/status.h"

namespace runtime {

void run_poststart_hooks(const Record& record, pid_t init, base::BorrowedFd interruption) {
  if (record.hooks.poststart.empty()) return;
  base::Rollback stop{[&] {
    const auto process = open_process(record, *record.init);
    if (process) sys::pidfd_send_signal(*process, SIGKILL);
    // Those who don't end with init.
    if (record.shares_pids) cgroup::driver_of(record.cgroup)->kill_all(record.cgroup);
  }};
  const base::OwnedFd bundle =
      sys::openat(base::BorrowedFd::cwd(), record.bundle.c_str(), O_PATH | O_DIRECTORY);
  run_hooks(HookPoint::Poststart, record.hooks, describe(record, oci::Status::Running, init),
            {.folder = bundle, .interruption = interruption});
  stop.commit();
}

}  // namespace runtime
