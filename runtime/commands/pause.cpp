// pause: stop all processes of a container until `resume`.
#include <chrono>

#include "base/error.h"
#include "base/text.h"
#include "runtime/cgroup/driver.h"
#include "runtime/commands/commands.h"
#include "runtime/container/status.h"

namespace runtime {

namespace {

constexpr std::chrono::seconds kPatience{10};

[[noreturn]] void refuse(oci::Status status) {
  throw base::Error(base::cat("container not running or created: ", oci::name_of(status)));
}

int pause_container(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  const ContainerId id = only_id(arguments);
  const Naming naming(id);
  StateDir dir = StateDir::open(global.root, id);
  dir.lock();
  const Container container = inspect(dir);
  const bool is_pausable =
      container.status == oci::Status::Running || container.status == oci::Status::Created;
  if (!is_pausable) refuse(container.status);
  const cgroup::Location& location = container.record->cgroup;
  const auto driver = cgroup::driver_of(location);
  driver->freeze(location, std::chrono::steady_clock::now() + kPatience);
  if (!is_ending(*container.record->init) && !driver->processes(location).empty()) return 0;
  // They have ended since we looked or, frozen by v1 with the signal still to come, are about to.
  driver->thaw(location);
  refuse(oci::Status::Stopped);
}

}  // namespace

const Command kPause = {.name = "pause",
                        .arguments = "ID",
                        .summary = "stop all processes of a container for a while",
                        .options = {},
                        .target = nullptr,
                        .positionals = cli::Positionals::Anywhere,
                        .enters_container = false,
                        .failure = Failure::General,
                        .run = pause_container};

}  // namespace runtime
