// kill: a signal to the container's init (runtime.md#kill).
#include <csignal>

#include "base/error.h"
#include "base/process.h"
#include "runtime/cgroup/driver.h"
#include "runtime/commands/commands.h"
#include "runtime/commands/signal_name.h"
#include "runtime/container/dumper.h"
#include "runtime/container/status.h"

namespace runtime {

namespace {

using base::Error;
using base::UsageError;

struct Options {
  bool all = false;
} options;

constexpr cli::Option kOptions[] = {
    {"all", 'a', nullptr, "send it to every process of the container", cli::store<&Options::all>}};

void signal_everything(const Container& container, int signal) {
  // One that was never created has nobody, and its cgroup may be another's by now.
  if (!container.record || !container.record->init) throw Error("container not running");
  // Also when init is dead: with a shared pid namespace others may live on in the cgroup.
  cgroup::driver_of(container.record->cgroup)->kill_all(container.record->cgroup, signal);
}

void signal_init(const Container& container, int signal) {
  // K-30: the words by which engines know that there is nothing left to kill.
  if (!container.is_alive()) throw Error("container not running");
  const Record& record = *container.record;
  const auto init = open_process(record, *record.init);
  if (!init || !sys::pidfd_send_signal(*init, signal)) throw Error("container not running");
  if (signal != SIGKILL) return;
  // In a pid namespace of its own the kernel ends everything with init. But whoever a frozen cgroup
  // holds on its way in would stay there, and in one of v1 nothing ends before that is thawed.
  const auto driver = cgroup::driver_of(record.cgroup);
  const bool needs_cgroup = record.shares_pids || container.status == oci::Status::Paused ||
                            // By a pause that we have not seen, and that has not seen the signal.
                            driver->is_frozen(record.cgroup);
  if (needs_cgroup) driver->kill_all(record.cgroup);
}

int kill_container(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.size() > 2) {
    throw UsageError("the container's ID and, if not TERM, a signal are expected");
  }
  const ContainerId id = ContainerId::parse(arguments[0]);
  const Naming naming(id);
  const int signal = arguments.size() == 2 ? parse_signal(arguments[1]) : SIGTERM;
  const StateDir dir = StateDir::open(global.root, id);
  const Container container = inspect(dir);
  // Without a cgroup nobody knows the others.
  const bool has_cgroup =
      container.record && container.record->cgroup.driver != cgroup::DriverKind::Disabled;
  if (options.all && has_cgroup) {
    signal_everything(container, signal);
  } else {
    signal_init(container, signal);
  }
  if (signal == SIGKILL && container.record) end_dumper(dir, *container.record);
  return 0;
}

}  // namespace

const Command kKill = {.name = "kill",
                       .arguments = "[options] ID [SIGNAL]",
                       .summary = "send a signal (default TERM) to the container's init",
                       .options = kOptions,
                       .target = &options,
                       .positionals = cli::Positionals::Anywhere,
                       .enters_container = false,
                       .failure = Failure::General,
                       .run = kill_container};

}  // namespace runtime
