// The program that init becomes: found while `create` can still fail because of it, and turned into
// the arrays of execve, so that nothing is left to allocate at the end.
#pragma once

#include <string>
#include <vector>

#include "oci/process.h"

namespace runtime {

// What execve is given. The arrays point into the strings; hence not copyable. Throws exec_error
// when it is more than the kernel takes.
class ProgramImage {
 public:
  ProgramImage(std::string path, std::vector<std::string> args, std::vector<std::string> env);
  ProgramImage(const ProgramImage&) = delete;
  ProgramImage& operator=(const ProgramImage&) = delete;

  const std::string& path() const noexcept { return path_; }
  char* const* argv() const noexcept { return argv_.data(); }
  char* const* envp() const noexcept { return envp_.data(); }

 private:
  std::string path_;
  std::vector<std::string> args_;
  std::vector<std::string> env_;
  std::vector<char*> argv_;
  std::vector<char*> envp_;
};

// config.md#process args: args[0] as execvp(3) finds it, with PATH taken from `env`, the present
// directory and user. Throws exec_error or not_in_path.
std::string find_program(const std::string& name, const std::vector<std::string>& env);

// process.env with the last of duplicates, HOME from the container's passwd file (present root)
// unless given, then `added`, which wins.
std::vector<std::string> make_environment(const oci::Process& process,
                                          const std::vector<std::string>& added);

// The value of a variable, nullptr if it isn't set; a pointer into `env`.
const char* find_variable(const std::vector<std::string>& env, std::string_view name);

}  // namespace runtime
