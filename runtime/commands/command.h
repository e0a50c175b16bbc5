// What a verb is: a row that main and the help read. Each verb has its own file beside this one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/cli.h"
#include "runtime/container/id.h"
#include "runtime/launch/cgroup_choice.h"
#include "runtime/launch/own_executable.h"

namespace runtime {

// Options that stand before the verb.
struct GlobalOptions {
  std::string root;  // --root, or the default; absolute or relative to the working directory
  CgroupManager cgroup_manager = CgroupManager::Cgroupfs;
  std::optional<bool> rootless;         // absent: auto
  std::string criu;                     // a path or a name; empty: "criu"
  OwnExecutable* executable = nullptr;  // of a command that enters a container
};

// Most fail with 1. Who stands in for a program fails as a shell does that can't run it, 127 or
// 126; `exec` as runc's, with 255, which a program hardly ever ends with.
enum class Failure { General, OfProgram, OfExec };

struct Command {
  const char* name;       // of a verb below another both words: "seccomp record"
  const char* arguments;  // for the help: "[options] ID"
  const char* summary;
  std::span<const cli::Option> options;
  void* target;  // what the options fill; static, since a process runs one command
  cli::Positionals positionals;
  // Part of it runs inside the container: it must not be the file on disk that does.
  bool enters_container;
  // The exit status of its errors, other than those of usage.
  Failure failure;
  // Returns the exit status; throws base::Error.
  int (*run)(const GlobalOptions& global, const std::vector<std::string>& arguments);
  // Instead of all that stands between the summary and here: the verbs below it.
  std::span<const Command* const> verbs = {};
};

// Exactly one positional argument, the container's id.
ContainerId only_id(const std::vector<std::string>& arguments);

// Writes to standard output, all of it.
void print(std::string_view text);

// While it is there, errors name the container, which must outlive it.
class Naming {
 public:
  explicit Naming(const ContainerId& id) noexcept;
  ~Naming();
  Naming(const Naming&) = delete;
  Naming& operator=(const Naming&) = delete;
};

// What errors of the command begin with: "create", or "create web" once the container is named. One
// frame for both, because the pair is what a person calls the command.
std::string subject_of(const Command& command);

}  // namespace runtime
