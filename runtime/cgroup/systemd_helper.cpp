#include "runtime/cgroup/systemd_helper.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/credentials.h"
#include "base/error.h"
#include "base/exec_array.h"
#include "base/file.h"
#include "base/pipe.h"
#include "base/process.h"
#include "base/text.h"
#include "runtime/cgroup/deadline.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;

namespace {

// Beyond the program's own 10 s, within which it says what it has waited for.
constexpr std::chrono::seconds kPatience{15};
constexpr int kRefused = 1;  // its exit status when it has said why

using Words = std::vector<std::string>;

// Where this executable is, or was before this process gave it up
// (runtime/launch/own_executable.h).
std::string own_path() {
  std::string path = sys::readlinkat(BorrowedFd::cwd(), "/proc/self/exe");
  return path.starts_with("/memfd:") ? program_invocation_name : path;
}

std::string helper_path() {
  const std::string own = own_path();
  std::string near = cat(own.substr(0, own.rfind('/') + 1), SYSTEMD_HELPER_FROM_BIN);
  if (near.starts_with('/') && sys::try_executable(near.c_str()) == 0) return near;
  if (sys::try_executable(SYSTEMD_HELPER) == 0) return SYSTEMD_HELPER;
  throw Error(cat(SYSTEMD_HELPER, ": not found; cgroup manager systemd needs it"));
}

// What says where the buses are; nothing else of ours concerns it.
Words environment() {
  Words variables;
  for (const char* name :
       {"DBUS_SYSTEM_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) variables.push_back(cat(name, "=", value));
  }
  return variables;
}

struct Command {
  Words words;
  Words variables;
  OwnedFd null;
};

// The child. Nothing here fails but the exec, of which the exit status tells.
[[noreturn]] void become_helper(Command& command, const OwnedFd& output, pid_t parent) noexcept {
  const auto argv = sys::exec_array(command.words);
  const auto envp = sys::exec_array(command.variables);
  sys::reset_signals();
  // A scope must not be held by it when nobody is left who would let go.
  sys::set_parent_death_signal(SIGKILL);
  if (getppid() != parent) sys::leave_child(EXIT_FAILURE);
  sys::use_as(command.null, STDIN_FILENO);
  sys::use_as(output, STDOUT_FILENO);
  sys::use_as(command.null, STDERR_FILENO);
  sys::try_close_all_except(STDERR_FILENO + 1, {});
  execve(command.words[0].c_str(), argv.data(), envp.data());
  sys::leave_child(127);
}

std::string verdict(const std::string& path, const sys::Exit& exit) {
  if (exit.by_signal) return cat(path, " was killed by signal ", exit.value);
  return cat(path, " can't run (status ", exit.value, "): it needs libsystemd");
}

class Helper {
 public:
  explicit Helper(Words words)
      : command_{std::move(words), environment(),
                 sys::openat(BorrowedFd::cwd(), "/dev/null", O_RDWR)},
        process_(run()) {}

  // The line it prints, or "" when it ends well without one.
  std::string answer() {
    const Deadline deadline = std::chrono::steady_clock::now() + kPatience;
    std::string text;
    while (text.find('\n') == std::string::npos) {
      if (!sys::poll_for(output_, POLLIN, milliseconds_until(deadline))) {
        throw Error(cat(command_.words[0], " did not answer within ", kPatience.count(), " s"));
      }
      const std::string more = base::read_some(output_);
      if (more.empty()) return end(text);
      text += more;
    }
    return text.substr(0, text.find('\n'));
  }

  base::ChildProcess release() { return std::move(process_); }

 private:
  base::ChildProcess run() {
    auto [output, theirs] = sys::make_pipe();
    const pid_t parent = getpid();
    sys::Cloned cloned = sys::clone3(0, nullptr);
    if (cloned.pid == 0) become_helper(command_, theirs, parent);
    output_ = std::move(output);
    return base::ChildProcess(std::move(cloned));
  }

  // What it has printed without a newline is why it failed.
  std::string end(const std::string& text) {
    const sys::Exit exit = process_.wait();
    if (!exit.by_signal && exit.value == EXIT_SUCCESS) return "";
    if (!exit.by_signal && exit.value == kRefused) throw Error(text);
    throw Error(verdict(command_.words[0], exit));
  }

  Command command_;
  OwnedFd output_;
  base::ChildProcess process_;
};

Helper ask(bool of_user, const char* verb, Words rest = {}, const Properties& properties = {}) {
  Words words{helper_path(), of_user ? "user" : "system", verb};
  words.insert(words.end(), rest.begin(), rest.end());
  for (const Property& each : properties) {
    words.insert(words.end(), {each.name, each.value.signature});
    words.insert(words.end(), each.value.words.begin(), each.value.words.end());
  }
  return Helper(std::move(words));
}

}  // namespace

bool has_systemd_helper() noexcept { return HAS_SYSTEMD_HELPER; }

void expect_systemd_helper() { helper_path(); }

std::string user_manager_cgroup() { return ask(true, "root").answer(); }

StartedUnit start_unit(const Unit& unit, const Properties& properties) {
  Helper helper = ask(unit.of_user, "start", {unit.name}, properties);
  StartedUnit started{helper.answer(), std::nullopt};
  if (unit.name.ends_with(".scope")) started.holder.emplace(helper.release());
  return started;
}

void set_properties(const Unit& unit, const Properties& properties) {
  if (!properties.empty()) ask(unit.of_user, "set", {unit.name}, properties).answer();
}

void stop_unit(const Unit& unit) { ask(unit.of_user, "stop", {unit.name}).answer(); }

}  // namespace runtime::cgroup
