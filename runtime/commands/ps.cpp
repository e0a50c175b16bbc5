// ps: the processes of a container, by their pids on the host.
#include "base/error.h"
#include "base/helper.h"
#include "base/text.h"
#include "oci/json_writer.h"
#include "runtime/cgroup/driver.h"
#include "runtime/commands/commands.h"
#include "runtime/commands/ps_lines.h"
#include "runtime/commands/table.h"
#include "runtime/container/status.h"

namespace runtime {

namespace {

using base::cat;

struct Options {
  std::string format = "table";
} options;

constexpr cli::Option kOptions[] = {{"format", 'f', "table|json",
                                     "how to print them (default: table)",
                                     cli::store<&Options::format>}};

// Sorted. Also of a container that has stopped: with a shared pid namespace others may live on.
std::vector<pid_t> processes_of(const Container& container) {
  if (!container.record) return {};
  const cgroup::Location& location = container.record->cgroup;
  if (location.driver == cgroup::DriverKind::Disabled) {
    // Nobody knows the others.
    return container.is_alive() ? std::vector<pid_t>{container.pid} : std::vector<pid_t>{};
  }
  return cgroup::visible_processes(location);
}

std::string run_ps(std::vector<std::string> ps_options) {
  const auto path = base::find_helper("ps");
  if (!path) throw base::Error("ps is needed for a table, and is not there (package procps)");
  if (ps_options.empty()) ps_options = {"-ef"};
  ps_options.insert(ps_options.begin(), "ps");
  const base::HelperResult result = base::run_helper(*path, std::move(ps_options));
  const int status = result.exit.shell_status();
  if (status == 0) return result.output;
  throw base::Error(cat("ps: exit status ", status, ": ", result.output));
}

int list_processes(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw base::UsageError("the container's ID is expected");
  cli::check_value("format", options.format, {"table", "json"});
  const ContainerId id = ContainerId::parse(arguments.front());
  const Naming naming(id);
  const auto pids = processes_of(inspect(StateDir::open(global.root, id, Purpose::Look)));
  if (options.format == "json") {
    print(oci::write_json(pids) + "\n");
  } else {
    print(lines_of_processes(run_ps({arguments.begin() + 1, arguments.end()}), pids));
  }
  return 0;
}

}  // namespace

const Command kPs = {.name = "ps",
                     .arguments = "[options] ID [PS-OPTION...]",
                     .summary = "list the processes of a container",
                     .options = kOptions,
                     .target = &options,
                     .positionals = cli::Positionals::Last,
                     .enters_container = false,
                     .failure = Failure::General,
                     .run = list_processes};

}  // namespace runtime
