// exec: one more program in a container that exists.
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/terminal.h"
#include "oci/validate.h"
#include "runtime/commands/commands.h"
#include "runtime/commands/exec_process.h"
#include "runtime/launch/enter.h"
#include "runtime/launch/foreground.h"

namespace runtime {

namespace {

using base::UsageError;

struct Options : ProcessOptions {
  std::vector<cgroup::Subgroup> subgroups;
  std::string console_socket;
  bool detach = false;
  bool ignore_paused = false;
  std::string pid_file;
  std::string pidfd_socket;
  int preserve_fds = 0;
} options;

void store_capability(void*, std::string_view value) {
  options.capabilities.push_back(parse_capability(value));
}

void store_subgroup(void*, std::string_view value) {
  const auto more = cgroup::parse_subgroup(value);
  options.subgroups.insert(options.subgroups.end(), more.begin(), more.end());
}

void store_group(void*, std::string_view value) {
  options.additional_gids.push_back(parse_id(value));
}

void store_user(void*, std::string_view value) { options.user = parse_user(value); }

constexpr cli::Option kOptions[] = {
    {"additional-gids", 'g', "GID", "a further group of the program's; may be repeated",
     store_group},
    {"apparmor", 0, "PROFILE", "its AppArmor profile", cli::store<&Options::apparmor>},
    {"cap", 'c', "CAP", "a further capability, as CAP_NET_RAW; may be repeated", store_capability},
    {"cgroup", 0, "[CONTROLLER:]PATH", "a cgroup below the container's to run it in",
     store_subgroup},
    {"console-socket", 0, "PATH", "unix socket that receives the terminal's master",
     cli::store<&Options::console_socket>},
    {"cwd", 0, "DIR", "its working directory", cli::store<&Options::cwd>},
    {"detach", 'd', nullptr, "return when the program runs", cli::store<&Options::detach>},
    {"env", 'e', "NAME=VALUE", "a variable of its environment; may be repeated",
     cli::store<&Options::env>},
    {"ignore-paused", 0, nullptr, "enter a paused container, and wait in it until it is resumed",
     cli::store<&Options::ignore_paused>},
    {"no-new-privs", 0, nullptr, "it can't gain privileges by an execve",
     cli::store<&Options::no_new_privileges>},
    {"pid-file", 0, "FILE", "write the program's process id there", cli::store<&Options::pid_file>},
    {"pidfd-socket", 0, "PATH", "unix socket that receives a pidfd of the program",
     cli::store<&Options::pidfd_socket>},
    {"preserve-fds", 0, "N", "pass N further file descriptors, from 3 on",
     cli::store<&Options::preserve_fds>},
    {"process", 'p', "FILE", "run what this process document (config.md#process) says",
     cli::store<&Options::document>},
    {"process-label", 0, "LABEL", "its SELinux label", cli::store<&Options::selinux_label>},
    {"tty", 't', nullptr, "give it a terminal", cli::store<&Options::terminal>},
    {"user", 'u', "UID[:GID]", "its user and group", store_user},
};

ContainerId find_id(const std::vector<std::string>& arguments) {
  const bool has_program = arguments.size() > 1;
  if (arguments.empty()) {
    throw UsageError("the container's ID and a program, or --process and the ID, are expected");
  }
  if (options.document.empty() && !has_program)
    throw UsageError("a program is expected after the ID");
  if (!options.document.empty() && has_program) {
    throw UsageError("a program after the ID and --process exclude each other");
  }
  return ContainerId::parse(arguments.front());
}

oci::Process make_process(const std::vector<std::string>& arguments,
                          const oci::Process& container) {
  const bool is_given = !options.document.empty();
  oci::Process process =
      is_given ? complete_process(read_process(options.document), container)
               : derive_process(options, {arguments.begin() + 1, arguments.end()}, container);
  std::vector<std::string> warnings;
  oci::validate(is_given ? base::shown_path(options.document) : "process", process, &warnings);
  base::log::warnings(warnings);
  return process;
}

// Before the program asks for it.
void take_window_size(oci::Process& process) {
  if (!process.terminal || process.console_size) return;
  const auto size = sys::window_size(base::BorrowedFd(STDIN_FILENO));
  if (size) process.console_size = oci::ConsoleSize{size->ws_row, size->ws_col};
}

int exec(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  const ContainerId id = find_id(arguments);
  const Naming naming(id);
  // Before anything of the container is looked at, whose processes live.
  global.executable->leave();
  Target target =
      open_target(global.root, id, options.ignore_paused ? Paused::Entered : Paused::Refused);
  oci::Process process = make_process(arguments, *target.config.process);
  if (!options.detach) take_window_size(process);
  const bool own_capabilities = process.capabilities == target.config.process->capabilities;
  target.config.process = std::move(process);
  std::optional<Foreground> foreground;
  if (!options.detach) foreground.emplace();
  Entered entered = enter(target, {.console_socket = options.console_socket,
                                   .pid_file = options.pid_file,
                                   .pidfd_socket = options.pidfd_socket,
                                   .preserve_fds = options.preserve_fds,
                                   .rootless = global.rootless,
                                   .subgroups = options.subgroups,
                                   .own_capabilities = own_capabilities,
                                   .attended = !options.detach});
  if (options.detach) {
    entered.program.release();
    return 0;
  }
  if (entered.console_master.valid()) foreground->take_terminal(std::move(entered.console_master));
  return foreground->attend(entered.program).shell_status();
}

}  // namespace

const Command kExec = {
    .name = "exec",
    .arguments = "[options] ID PROGRAM [ARGUMENT...] | [options] --process FILE ID",
    .summary = "run one more program in a container",
    .options = kOptions,
    .target = &options,
    .positionals = cli::Positionals::Last,
    .enters_container = true,
    .failure = Failure::OfExec,
    .run = exec};

}  // namespace runtime
