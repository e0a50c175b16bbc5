#include "runtime/container/removal.h"

#include <chrono>

#include "base/attempt.h"
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

}  // namespace

void await_killed(const base::OwnedFd& init, cgroup::Driver& driver,
                  const cgroup::Location& location) {
  if (ends_within(init, kUsualEnd)) return;
  // In a frozen cgroup of v1 it ends only when that is thawed.
  driver.kill_all(location);
  if (ends_within(init, kPatience)) return;
  throw base::Error(
      base::cat("container init still running: ", cgroup::describe_processes({sys::pid_of(init)}),
                driver.is_frozen(location) ? "; the cgroup is frozen" : ""));
}

void end_cgroup(cgroup::Driver& driver, const cgroup::Location& location) {
  if (driver.try_remove(location)) return;
  driver.kill_all(location);
  driver.wait_empty(location, std::chrono::steady_clock::now() + kPatience);
  driver.remove(location);
}

namespace {

void kill_init(const StateDir& dir, cgroup::Driver& driver, const Record& record, pid_t pid) {
  if (pid == 0 || !record.init) return;
  const auto init = open_process(record, *record.init);
  if (!init) return;
  sys::pidfd_send_signal(*init, SIGKILL);
  end_dumper(dir, record);
  await_killed(*init, driver, record.cgroup);
}

void forget(StateDir& dir, const Record& record) {
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

}  // namespace

void remove_ended(StateDir& dir, const Record& record, cgroup::Driver& driver) {
  end_cgroup(driver, record.cgroup);
  forget(dir, record);
}

namespace {

// Of a create that was killed before it wrote a record, and may have taken whatever is not in it.
void remove_unrecorded(StateDir& dir) {
  network::disconnect_all(owner_of(dir.fd()));
  release_ids(dir);
  release_categories(dir);
  dir.remove();
}

// Whether others than init and who brings it up, who end with the create, may be in the cgroup, and
// go on: what its hooks have started, what CRIU has restored.
bool leaves_processes(const Record& record) {
  return cgroup::has_been_made(record.cgroup) && (record.shares_pids || record.restored);
}

// Of a create that was killed before the container existed. Its cgroup looked unused from then on:
// who is in it may be another container by now, and is waited for, not killed.
void remove_unfinished(StateDir& dir, const Record& intent) {
  const auto prepared = base::attempt([&] { return dir.read_prepared_state(); });
  const Record& record = prepared ? *prepared : intent;
  const auto driver = cgroup::driver_of(record.cgroup);
  if (record.init) kill_init(dir, *driver, record, record.init->pid);
  if (leaves_processes(record)) driver->kill_all(record.cgroup);
  {
    const base::Context waiting{
        [] { return "its create was killed, and another container may use its cgroup"; }};
    driver->wait_empty(record.cgroup, std::chrono::steady_clock::now() + kPatience);
  }
  if (!prepared) driver->revoke(record.cgroup);
  driver->remove(record.cgroup);
  forget(dir, record);
}

}  // namespace

void remove_container(StateDir& dir, const Container& container) {
  if (!container.record) return remove_unrecorded(dir);
  const Record& record = *container.record;
  // Only the state has an init; without one it is the intent, perhaps beside a state that is
  // damaged.
  if (!record.init && !dir.is_published()) return remove_unfinished(dir, record);
  const auto driver = cgroup::driver_of(record.cgroup);
  kill_init(dir, *driver, record, container.pid);
  remove_ended(dir, record, *driver);
}

void remove_if_there(StateDir& dir) {
  if (dir.try_lock()) remove_container(dir, inspect(dir));
}

}  // namespace runtime
