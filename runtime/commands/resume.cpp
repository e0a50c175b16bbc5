// resume: the end of `pause`.
#include "base/error.h"
#include "runtime/cgroup/driver.h"
#include "runtime/commands/commands.h"
#include "runtime/container/status.h"

namespace runtime {

namespace {

int resume_container(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  const ContainerId id = only_id(arguments);
  const Naming naming(id);
  StateDir dir = StateDir::open(global.root, id);
  dir.lock();
  const Container container = inspect(dir);
  if (container.status != oci::Status::Paused) throw base::Error("container not paused");
  cgroup::driver_of(container.record->cgroup)->thaw(container.record->cgroup);
  return 0;
}

}  // namespace

const Command kResume = {.name = "resume",
                         .arguments = "ID",
                         .summary = "let the processes of a paused container go on",
                         .options = {},
                         .target = nullptr,
                         .positionals = cli::Positionals::Anywhere,
                         .enters_container = false,
                         .failure = Failure::General,
                         .run = resume_container};

}  // namespace runtime
