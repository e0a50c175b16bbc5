#include "runtime/container/status.h"

#include <csignal>
#include <unistd.h>

#include "base/attempt.h"
#include "base/error.h"
#include "base/file.h"
#include "base/pidfd_info.h"
#include "base/text.h"
#include "oci/annotations.h"
#include "runtime/cgroup/driver.h"

namespace runtime {

std::optional<sys::ProcessStat> stat_of(const ProcessIdentity& identity) {
  const auto stat = sys::process_stat(identity.pid);
  return stat && stat->start_time == identity.start_time ? stat : std::nullopt;
}

bool is_ending(const ProcessIdentity& identity) {
  const auto stat = stat_of(identity);
  return !stat || stat->is_ending();
}

namespace {

// The process as /proc shows it, if it is the recorded one and hasn't ended.
std::optional<sys::ProcessStat> live_process(const Record& record,
                                             const ProcessIdentity& identity) {
  sys::check_procfs();
  const auto stat = stat_of(identity);
  if (!stat || !stat->alive()) return std::nullopt;
  // Read last: it matters only when everything else agrees.
  if (record.boot_id != sys::boot_id()) return std::nullopt;
  return stat;
}

oci::Status status_of_init(const Record& record, const sys::ProcessStat& init) {
  // First, because who waits for `start` can't hear it while frozen.
  if (cgroup::driver_of(record.cgroup)->is_frozen(record.cgroup)) return oci::Status::Paused;
  return init.before_exec() && !record.restored ? oci::Status::Created : oci::Status::Running;
}

// Only the state has an init; a record without one is an intent.
Container conclude(std::optional<Record> record) {
  Container container{std::move(record), oci::Status::Stopped, 0};
  if (!container.record) return container;
  if (!container.record->init) {
    const bool creating = live_process(*container.record, container.record->creator).has_value();
    if (creating) container.status = oci::Status::Creating;
    return container;
  }
  if (const auto init = live_process(*container.record, *container.record->init)) {
    container.status = status_of_init(*container.record, *init);
    container.pid = container.record->init->pid;
  }
  return container;
}

// Each reader gives an optional record.
template <typename ReadState, typename ReadIntent>
Container inspect_by(const ReadState& read_state, const ReadIntent& read_intent) {
  if (auto state = read_state()) return conclude(std::move(state));
  Container container = conclude(read_intent());
  if (container.status == oci::Status::Creating) return container;
  // Before it ended, the creator may have written the state: since we looked for it.
  auto state = read_state();
  return state ? conclude(std::move(state)) : container;
}

}  // namespace

Container inspect(const StateDir& dir) {
  return inspect_by([&] { return dir.read_state(); }, [&] { return dir.read_intent(); });
}

Container inspect_whatever_is_left(const StateDir& dir) {
  return inspect_by([&] { return base::attempt([&] { return dir.read_state(); }); },
                    [&] { return base::attempt([&] { return dir.read_intent(); }); });
}

std::optional<base::OwnedFd> open_process(const Record& record, const ProcessIdentity& identity) {
  auto pidfd = sys::pidfd_open(identity.pid);
  if (!pidfd || !live_process(record, identity)) return std::nullopt;
  return pidfd;
}

namespace {

// How somebody ends who became no program and could not say why: by a filter, or a trap of ours.
bool ends_unheard(const sys::Exit& exit) {
  return exit.by_signal && (exit.value == SIGSYS || exit.value == SIGTRAP);
}

// The signal that ended the process before it became another program, 0 if that can't be seen;
// empty when it is one, or was.
std::optional<int> end_before_exec(const ProcessIdentity& process, base::BorrowedFd pidfd) {
  if (const auto stat = stat_of(process)) {
    if (!stat->before_exec()) return std::nullopt;
    return stat->exit_code & 0x7f;
  }
  const auto exit = sys::exit_of_reaped(pidfd);
  if (!exit || !ends_unheard(*exit)) return std::nullopt;
  return exit->value;
}

}  // namespace

void check_executed(const ProcessIdentity& process, base::BorrowedFd pidfd, std::string_view who) {
  const auto signal = end_before_exec(process, pidfd);
  if (!signal) return;
  // Which no profile does.
  if (*signal == SIGKILL) {
    throw base::Error(base::cat(who, " was killed before it became the program"));
  }
  throw base::Error(base::cat(
      who,
      " died before it became the program (a profile in /linux/seccomp has to allow execve, and "
      "capset without /process/noNewPrivileges)"));
}

ProcessIdentity own_identity() {
  sys::check_procfs();
  const auto stat = sys::parse_process_stat(sys::own_stat_line());
  if (!stat) throw base::Error("/proc/self/stat: not a process's state");
  return {getpid(), stat->start_time};
}

ProcessIdentity identity_of(pid_t pid) {
  sys::check_procfs();
  const auto stat = sys::process_stat(pid);
  if (!stat) throw base::Error(base::cat("process ", pid, " has ended"));
  return {pid, stat->start_time};
}

namespace {

// As the kernel has it, once the program runs; before that, what it is going to be.
std::string selinux_label_of(const Record& record, oci::Status status, pid_t pid) {
  if (status != oci::Status::Running && status != oci::Status::Paused) return record.selinux_label;
  const auto label = sys::try_read_file(base::BorrowedFd::cwd(),
                                        base::cat("/proc/", pid, "/attr/current").c_str());
  if (label.error != 0) return record.selinux_label;
  return label.bytes.substr(0, label.bytes.find('\0'));
}

}  // namespace

oci::State describe(const ContainerId& id, const Container& container) {
  if (container.record) return describe(*container.record, container.status, container.pid);
  oci::State state;
  state.id = id.text();
  state.status = container.status;
  return state;
}

oci::State describe(const Record& record, oci::Status status, pid_t pid) {
  oci::State state;
  state.id = record.id;
  state.status = status;
  state.pid = pid;
  state.bundle = record.bundle;
  state.rootfs = record.rootfs;
  state.created = record.created;
  state.annotations = record.annotations;
  if (!record.selinux_label.empty()) {
    state.annotations.emplace_back(oci::annotation::selinux_label,
                                   selinux_label_of(record, status, pid));
  }
  return state;
}

}  // namespace runtime
