// From the words of the command line to an exit status; the only place that reports an error.
#include <cstdlib>
#include <fcntl.h>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/process.h"
#include "base/trace.h"
#include "oci/describe.h"
#include "oci/version.h"
#include "runtime/cli.h"
#include "runtime/commands/commands.h"
#include "runtime/container/state_root.h"
#include "runtime/launch/own_executable.h"
#include "version.h"

namespace runtime {

namespace {

using base::cat;

struct MainOptions {
  std::string root;
  std::string log;
  std::string log_format = "text";
  std::string log_level;
  std::string cgroup_manager = "cgroupfs";
  std::string criu;
  std::string trace;
  std::optional<bool> rootless;  // absent: auto
  bool debug = false;
  bool systemd_cgroup = false;
  bool version = false;
} options;

// Alone it means true. Nothing is "auto" to runc as well.
void store_rootless(void*, std::string_view value) {
  if (value == "auto" || value.empty()) return options.rootless.reset();
  cli::read(options.rootless, value);
}

// No other word after it, which is the command's.
bool may_be_rootless(std::string_view word) {
  return word == "auto" || word == "true" || word == "false";
}

// An empty value is a variable that somebody forgot to set, not a wish for the default.
void store_root(void*, std::string_view value) {
  if (value.empty()) throw base::Error("a folder is expected");
  if (value.starts_with('/') && value.find_first_not_of("/.") == std::string_view::npos) {
    throw base::Error("the host's root is no folder for state");
  }
  options.root = value;
}

void store_log_level(void*, std::string_view value) {
  if (value != "error" && value != "warning" && value != "debug") {
    throw base::Error("error, warning or debug is expected");
  }
  options.log_level = value;
}

constexpr cli::Option kOptions[] = {
    {"root", 0, "DIR",
     "where state is kept (default: /run/runtime, of a user $XDG_RUNTIME_DIR/runtime)", store_root},
    {"log", 0, "FILE", "append the error (with --debug: everything); or journald:ID, syslog:ID",
     cli::store<&MainOptions::log>},
    {"log-format", 0, "text|json", "the format of that file (default: text)",
     cli::store<&MainOptions::log_format>},
    {"log-level", 0, "LEVEL", "error, warning or debug; debug is --debug", store_log_level},
    {"debug", 0, nullptr, "log what is being done", cli::store<&MainOptions::debug>},
    {"cgroup-manager", 0, "NAME", "how cgroups are made: cgroupfs, systemd or disabled",
     cli::store<&MainOptions::cgroup_manager>},
    {"systemd-cgroup", 0, nullptr, "--cgroup-manager systemd",
     cli::store<&MainOptions::systemd_cgroup>},
    {"rootless", 0, "auto|true|false", "do without what the caller has no right to (default: auto)",
     store_rootless, may_be_rootless},
    {"criu", 0, "PATH", "the program of `checkpoint` and `restore` (default: criu in PATH)",
     cli::store<&MainOptions::criu>},
    {"trace", 0, "FILE", "write when each step began and ended, for chrome://tracing or Perfetto",
     cli::store<&MainOptions::trace>},
    {"version", 'v', nullptr, "show the version", cli::store<&MainOptions::version>},
};

constexpr int kFailed = 1;

// The verb at work, since it decides what exit status its errors have.
const Command* running = nullptr;

std::string version_text() {
  std::string text = cat("runtime version ", build::version, "\n");
  if (*build::commit != '\0') text += cat("commit: ", build::commit, "\n");
  return cat(text, "spec: ", oci::spec_version, "\n");
}

// One line each. Of a verb below another only its own word.
std::string list(std::span<const Command* const> commands) {
  std::string text;
  for (const Command* command : commands) {
    std::string name = command->name;
    name.erase(0, name.find(' ') + 1);
    text += cat("  ", name, std::string(12 - name.size(), ' '), command->summary, "\n");
  }
  return text;
}

std::string help() {
  return cat(
      "runtime - an OCI container runtime\n\nUsage: runtime [options] COMMAND [arguments]\n\n"
      "Commands:\n",
      list(kCommands), "\nOptions:\n", cli::describe(kOptions),
      "\nSee 'runtime COMMAND --help', or 'runtime help COMMAND', for the options of a command.\n");
}

std::string help_for(const Command& command) {
  const std::string verbs = command.verbs.empty() ? "" : cat("\nCommands:\n", list(command.verbs));
  return cat("Usage: runtime ", command.name, " ", command.arguments, "\n\n", command.summary, "\n",
             verbs, "\nOptions:\n", cli::describe(command.options));
}

const Command& find_command(std::span<const Command* const> commands, std::string_view name) {
  for (const Command* command : commands) {
    if (name == command->name) return *command;
  }
  throw base::UsageError(cat("unknown command ", base::quoted(name)));
}

// Of the two options `--systemd-cgroup` is the one that callers give without thinking, in addition.
CgroupManager cgroup_manager() {
  const auto manager = oci::value_of<CgroupManager>(options.cgroup_manager);
  if (!manager) {
    throw base::UsageError(cat("--cgroup-manager: ", base::quoted(options.cgroup_manager), " (",
                               base::join(oci::names_of<CgroupManager>(), ", "), ")"));
  }
  return options.systemd_cgroup ? CgroupManager::Systemd : *manager;
}

std::optional<base::log::Level> log_level() {
  using base::log::Level;
  if (options.debug || options.log_level == "debug") return Level::Debug;
  if (options.log_level.empty()) return std::nullopt;
  return options.log_level == "warning" ? Level::Warning : Level::Error;
}

base::log::Options log_options() {
  cli::check_value("log-format", options.log_format, {"text", "json"});
  return {
      .destination = options.log,
      .format = options.log_format == "json" ? base::log::Format::Json : base::log::Format::Text,
      .level = log_level()};
}

// Written when the command has ended, whatever came of it.
class TraceFile {
 public:
  explicit TraceFile(const std::string& path) {
    const base::Context opening{[] { return "--trace"; }};
    file_ = sys::openat(base::BorrowedFd::cwd(), path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    base::trace::begin();
  }
  ~TraceFile() {
    const int error = sys::try_write(file_, base::trace::to_json());
    if (error != 0) base::log::warning(cat("--trace: write: ", base::describe_errno(error)));
  }
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

 private:
  base::OwnedFd file_;
};

int run_command(const Command& command, std::span<char* const> words, char* const* argv) {
  const base::Context during{[&] { return subject_of(command); }};
  const cli::Arguments arguments =
      cli::parse(words, command.options, command.target, command.positionals);
  running = &command;
  if (arguments.help || command.run == nullptr) {
    print(help_for(command));
    return 0;
  }
  base::trace::Steps steps("see whether the executable can be given up");
  std::optional<OwnExecutable> executable;
  if (command.enters_container) executable.emplace(argv);
  steps.next(command.name);
  const GlobalOptions global{.root = options.root.empty() ? default_state_root() : options.root,
                             .cgroup_manager = cgroup_manager(),
                             .rootless = options.rootless,
                             .criu = options.criu,
                             .executable = executable ? &*executable : nullptr};
  return command.run(global, arguments.positional);
}

// The command that the first words name; the others are left. One with verbs stands for itself if
// none follows.
const Command& take_command(std::span<char* const>& words) {
  const Command& command = find_command(kCommands, words.front());
  words = words.subspan(1);
  if (command.verbs.empty() || words.empty() || *words.front() == '-') return command;
  const Command& verb = find_command(command.verbs, cat(command.name, " ", words.front()));
  words = words.subspan(1);
  return verb;
}

// `help`, and with the words of a command after it what --help there says.
int print_help(std::span<char* const> words) {
  const cli::Arguments asked = cli::parse(words, {}, nullptr, cli::Positionals::Last);
  const bool is_general = asked.help || asked.positional.empty() || asked.positional[0] == "help";
  print(is_general ? help() : help_for(take_command(words)));
  return 0;
}

int failure_status(const base::Error& error) {
  constexpr int kExecFailed = 255;
  switch (running != nullptr ? running->failure : Failure::General) {
    case Failure::General: break;
    case Failure::OfProgram: return error.exit_status();
    case Failure::OfExec: return kExecFailed;
  }
  return kFailed;
}

// A set-user-ID runtime would act on files its caller has no right to.
void refuse_elevation() {
  if (getauxval(AT_SECURE) != 0) {
    throw base::Error("refusing to run with set-user-ID, set-group-ID or file capabilities");
  }
}

int run_main(std::span<char* const> words, char* const* argv) {
  sys::fill_standard_streams();
  sys::settle_signals();
  refuse_elevation();
  cli::Arguments arguments = cli::parse(words, kOptions, &options, cli::Positionals::Last);
  if (options.version || arguments.help || arguments.positional.empty()) {
    print(options.version ? version_text() : help());
    return 0;
  }
  base::log::open(log_options());
  cgroup_manager();
  std::optional<TraceFile> trace;
  if (!options.trace.empty()) trace.emplace(options.trace);
  // Neither a process of the container nor one of our caller's may look into this one.
  sys::set_dumpable(false);
  auto rest = words.subspan(words.size() - arguments.positional.size());
  if (rest.front() == std::string_view("help")) return print_help(rest.subspan(1));
  const Command& command = take_command(rest);
  return run_command(command, rest, argv);
}

}  // namespace

}  // namespace runtime

// What std::terminate() says. In place of libstdc++'s own handler, which names the exception's type
// and for that brings in a demangler of 45 KB (docs/decisions/executable.md). In a static link the
// first definition is the one.
namespace __gnu_cxx {
void __verbose_terminate_handler();

void __verbose_terminate_handler() {
  constexpr std::string_view kText = "runtime: an exception nobody expected, which is a defect\n";
  sys::try_write(base::BorrowedFd(STDERR_FILENO), kText);
  std::abort();
}
}  // namespace __gnu_cxx

// Where glibc's start of a static executable looks for $ORIGIN in the search path of libraries:
// nowhere. Its own asks /proc/self/exe, which takes longer than reading our command line, and we
// load none.
extern "C" const char* _dl_get_origin();     // NOLINT(bugprone-reserved-identifier): glibc's name
extern "C" const char* _dl_get_origin() {    // NOLINT(bugprone-reserved-identifier)
  return reinterpret_cast<const char*>(-1);  // glibc's word for "not known"
}

int main(int argc, char** argv) {
  const std::span<char* const> words(argv, static_cast<std::size_t>(argc));
  try {
    return runtime::run_main(words.empty() ? words : words.subspan(1), argv);
  } catch (const base::UsageError& error) {
    base::log::failure(error.text() + " (see runtime --help)");
  } catch (const base::Error& error) {
    base::log::failure(error.text());
    return runtime::failure_status(error);
  } catch (const std::bad_alloc&) {
    // Without taking any.
    sys::try_write(base::BorrowedFd(STDERR_FILENO), "runtime: out of memory\n");
  }
  return runtime::kFailed;
}
