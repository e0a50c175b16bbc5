#include "runtime/container/removal.h"

#include <chrono>

#include "base/error.h"
#include "base/process.h"
#include "runtime/cgroup/driver.h"

namespace runtime {

namespace {

constexpr std::chrono::seconds kPatience{10};

void kill_init(const Record& record, pid_t pid) {
  if (pid == 0 || !record.init) return;
  const auto init = open_process(record, *record.init);
  if (!init) return;
  sys::pidfd_send_signal(*init, SIGKILL);
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(kPatience);
  if (!sys::wait_for_exit(*init, static_cast<int>(patience.count()))) {
    throw base::Error("container init still running");
  }
}

void end_cgroup(const Record& record) {
  const auto cgroups = cgroup::driver_of(record.cgroup);
  if (cgroups->try_remove(record.cgroup)) return;
  cgroups->kill_all(record.cgroup);
  cgroups->wait_empty(record.cgroup, std::chrono::steady_clock::now() + kPatience);
  cgroups->remove(record.cgroup);
}

}  // namespace

void remove_container(StateDir& dir, const Container& container) {
  if (container.record) {
    kill_init(*container.record, container.pid);
    end_cgroup(*container.record);
  }
  dir.remove();
}

}  // namespace runtime
