#include "runtime/container/status.h"

#include "base/error.h"
#include "base/process.h"
#include "base/text.h"
#include "runtime/cgroup/driver.h"

namespace runtime {

namespace {

// The process as /proc shows it, if it is the recorded one and hasn't ended.
std::optional<sys::ProcessStat> live_process(const Record& record,
                                             const ProcessIdentity& identity) {
  const auto stat = sys::process_stat(identity.pid);
  if (!stat || !stat->alive() || stat->start_time != identity.start_time) return std::nullopt;
  // Read last: it matters only when everything else agrees.
  if (record.boot_id != sys::boot_id()) return std::nullopt;
  return stat;
}

oci::Status status_of_init(const Record& record, const sys::ProcessStat& init) {
  if (init.before_exec()) return oci::Status::Created;
  return cgroup::driver_of(record.cgroup)->is_frozen(record.cgroup) ? oci::Status::Paused
                                                                    : oci::Status::Running;
}

}  // namespace

Container inspect(const StateDir& dir) {
  Container container{dir.read_state(), oci::Status::Stopped, 0};
  if (!container.record) {
    container.record = dir.read_intent();
    const bool creating =
        container.record && live_process(*container.record, container.record->creator);
    if (creating) container.status = oci::Status::Creating;
    return container;
  }
  const Record& record = *container.record;
  if (!record.init) return container;
  if (const auto init = live_process(record, *record.init)) {
    container.status = status_of_init(record, *init);
    container.pid = record.init->pid;
  }
  return container;
}

std::optional<base::OwnedFd> open_process(const Record& record, const ProcessIdentity& identity) {
  auto pidfd = sys::pidfd_open(identity.pid);
  if (!pidfd || !live_process(record, identity)) return std::nullopt;
  return pidfd;
}

ProcessIdentity identity_of(pid_t pid) {
  const auto stat = sys::process_stat(pid);
  if (!stat) throw base::Error(base::cat("process ", pid, " has ended"));
  return {pid, stat->start_time};
}

oci::State describe(const ContainerId& id, const Container& container) {
  oci::State state;
  state.id = id.text();
  state.status = container.status;
  state.pid = container.pid;
  if (!container.record) return state;
  const Record& record = *container.record;
  state.bundle = record.bundle;
  state.rootfs = record.rootfs;
  state.created = record.created;
  state.annotations = record.annotations;
  return state;
}

}  // namespace runtime
