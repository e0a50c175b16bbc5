// seccomp record: a profile that allows what a container used (F-05).
#include <algorithm>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "oci/load.h"
#include "runtime/commands/commands.h"
#include "runtime/commands/profile_file.h"
#include "runtime/commands/run_container.h"
#include "runtime/container/status.h"
#include "runtime/recorder/recorder.h"
#include "seccomp/recording.h"

namespace runtime {

namespace {

using base::cat;
using base::UsageError;

struct Options : RunOptions {
  std::string output;
  std::vector<std::string> merged;
  std::vector<std::string> by_argument;
} options;

void store_merged(void*, std::string_view file) { options.merged.emplace_back(file); }

void store_by_argument(void*, std::string_view list) {
  options.by_argument.clear();
  const auto known = seccomp::calls_by_argument();
  for (const std::string_view name : base::split(list, ',')) {
    if (std::ranges::find(known, name) == known.end()) {
      const std::vector<std::string> names(known.begin(), known.end());
      throw UsageError(cat("names out of ", base::join(names, ","), " are expected"));
    }
    options.by_argument.emplace_back(name);
  }
}

constexpr cli::Option kOptions[] = {
    {"output", 'o', "FILE", "where to write the profile; replaces what is there",
     cli::store<&Options::output>},
    {"merge", 0, "FILE", "allow also what this profile or config.json does; may be repeated",
     store_merged},
    {"args", 0, "LIST", "of socket, clone, personality, prctl: allow only the values seen",
     store_by_argument},
    kBundleOption,
    kConsoleSocketOption,
    kKeepOption,
    kNoNewKeyringOption,
    kNoPivotOption,
    kPidFileOption,
    kPidfdSocketOption,
    kPreserveFdsOption,
};

oci::Seccomp read_merged() {
  oci::Seccomp all;
  for (const std::string& path : options.merged) {
    const FoundProfile found = read_profile(path);
    const base::Context judging{[&] { return base::shown_path(path); }};
    seccomp::check_can_be_united(found.profile, found.at);
    all = seccomp::unite(all, found.profile);
  }
  return all;
}

// What init itself needs once its filter is loaded (docs/decisions/seccomp.md): with a profile that
// lacks it, the container that was recorded could not be started.
oci::Seccomp needed_by_init(const StateDir& dir) {
  oci::Seccomp needed;
  const oci::Config config = oci::parse_config("config.json", dir.read_config());
  if (!config.process->no_new_privileges) {
    needed.syscalls.push_back({{"capset"}, oci::SeccompAction::Allow, {}, {}});
  }
  return needed;
}

recorder::Subject subject_of(pid_t init, const Record& record) {
  return {.init = init, .cgroup = record.cgroup, .by_argument = options.by_argument};
}

// The container of the bundle, from its beginning to its end. Returns what `run` would.
int record_run(LaunchRequest request, recorder::Result& result) {
  request.attended = true;
  request.recorded = true;
  oci::Seccomp needed;
  std::optional<recorder::Recorder> recorder;
  const int status =
      run_container(std::move(request), options.ended(), [&](const Launched& launched) {
        needed = needed_by_init(launched.dir);
        recorder.emplace(subject_of(launched.init.pid(), launched.record));
      });
  result = recorder->finish();
  result.profile = seccomp::unite(result.profile, needed);
  return status;
}

// Of a container that is there, from now on.
recorder::Recorder attach(const StateDir& dir) {
  const Container container = inspect(dir);
  if (container.status != oci::Status::Created && container.status != oci::Status::Running) {
    throw base::Error(cat("container not running or created: ", oci::name_of(container.status)));
  }
  return recorder::Recorder(subject_of(container.pid, *container.record));
}

recorder::Result record_present(const GlobalOptions& global, const ContainerId& id) {
  const base::OwnedFd signals = sys::take_over_signals();
  StateDir dir = StateDir::open(global.root, id);
  // Nobody starts it, or stops it, while we look what it is.
  dir.lock();
  recorder::Recorder recorder = attach(dir);
  const oci::Seccomp needed = needed_by_init(dir);
  dir.unlock();
  recorder.attend(signals);
  recorder::Result result = recorder.finish();
  result.profile = seccomp::unite(result.profile, needed);
  return result;
}

void report(const recorder::Result& result, const oci::Seccomp& profile) {
  if (!result.unnamed.empty()) {
    base::log::warning(cat("seccomp record: libseccomp has no name for the system calls ",
                           base::join(result.unnamed, ", "), ": they are not allowed"));
  }
  base::write_all(
      base::BorrowedFd(STDERR_FILENO),
      cat("runtime: ", base::shown_path(options.output), ": system calls allowed: ",
          seccomp::count_names(profile), ", processes recorded: ", result.processes,
          "; only the paths that this run took are covered (--merge unites several runs)\n"));
}

int record(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  if (options.output.empty()) throw UsageError("--output FILE is needed");
  if (arguments.size() != 1)
    throw UsageError("exactly one argument, a bundle or the ID, is expected");
  const ProfileOutput output(options.output);
  const oci::Seccomp merged = read_merged();
  const bool is_bundle = names_bundle(arguments.front(), options);
  const ContainerId id =
      is_bundle ? generated_id(arguments.front()) : ContainerId::parse(arguments.front());
  const Naming naming(id);
  if (is_bundle) options.bundle = arguments.front();
  recorder::Result result;
  int status = 0;
  if (options.bundle.empty()) {
    result = record_present(global, id);
  } else {
    status = record_run(make_request(global, options, id), result);
  }
  if (result.processes == 0) throw base::Error("nothing was recorded: no program was started");
  const oci::Seccomp profile = seccomp::unite(result.profile, merged);
  output.write(profile);
  report(result, profile);
  return status;
}

}  // namespace

const Command kSeccompRecord = {.name = "seccomp record",
                                .arguments = "--output FILE [options] BUNDLE | ID",
                                .summary = "write a profile that allows what a container uses",
                                .options = kOptions,
                                .target = &options,
                                .positionals = cli::Positionals::Anywhere,
                                .enters_container = true,
                                .failure = Failure::OfProgram,
                                .run = record};

}  // namespace runtime
