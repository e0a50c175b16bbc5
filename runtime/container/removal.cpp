#include "runtime/container/removal.h"

#include <chrono>

#include "base/error.h"
#include "base/process.h"
#include "base/text.h"
#include "runtime/cgroup/processes.h"
#include "runtime/container/category_pool.h"
#include "runtime/container/dumper.h"
#include "runtime/container/id_pool.h"
#include "runtime/container/poststop.h"
#include "runtime/lease/owner.h"
#include "runtime/network/host_side.h"
#include "runtime/resctrl/group.h"

namespace runtime {

namespace {

constexpr std::chrono::milliseconds kUsualEnd{100};
constexpr std::chrono::milliseconds kPatience{10'000};

bool ends_within(const base::OwnedFd& process, std::chrono::milliseconds time) {
  return sys::wait_for_exit(process, static_cast<int>(time.count()));
}

void kill_init(const StateDir& dir, cgroup::Driver& driver, const Record& record, pid_t pid) {
  if (pid == 0 || !record.init) return;
  const auto init = open_process(record, *record.init);
  if (!init) return;
  sys::pidfd_send_signal(*init, SIGKILL);
  end_dumper(dir, record);
  if (ends_within(*init, kUsualEnd)) return;
  // In a frozen cgroup of v1 it ends only when that is thawed.
  driver.kill_all(record.cgroup);
  if (ends_within(*init, kPatience)) return;
  throw base::Error(base::cat("container init still running: ", cgroup::describe_processes({pid}),
                              driver.is_frozen(record.cgroup) ? "; the cgroup is frozen" : ""));
}

}  // namespace

void end_cgroup(cgroup::Driver& driver, const cgroup::Location& location) {
  if (driver.try_remove(location)) return;
  driver.kill_all(location);
  driver.wait_empty(location, std::chrono::steady_clock::now() + kPatience);
  driver.remove(location);
}

void remove_ended(StateDir& dir, const Record& record, cgroup::Driver& driver) {
  end_cgroup(driver, record.cgroup);
  // After its processes, which would otherwise go on without limits.
  if (record.intel_rdt) resctrl::remove(*record.intel_rdt);
  if (!record.network.empty()) network::disconnect(record.network, owner_of(dir.fd()));
  if (record.ids) release_ids(dir);
  if (!record.selinux_label.empty()) release_categories(dir);
  dir.remove();
  // Whoever waits for the lock is to learn of it before the hooks have ended, which may take their
  // time.
  dir.unlock();
  // Last, when everything is gone (runtime.md#delete).
  run_poststop_hooks(record);
}

namespace {

// Of a create that was killed before it wrote a record, and may have taken whatever is not in it.
void remove_unrecorded(StateDir& dir) {
  network::disconnect_all(owner_of(dir.fd()));
  release_ids(dir);
  release_categories(dir);
  dir.remove();
}

}  // namespace

void remove_container(StateDir& dir, const Container& container) {
  if (!container.record) return remove_unrecorded(dir);
  const Record& record = *container.record;
  const auto driver = cgroup::driver_of(record.cgroup);
  kill_init(dir, *driver, record, container.pid);
  if (!record.init) driver->revoke(record.cgroup);
  remove_ended(dir, record, *driver);
}

}  // namespace runtime
