#include "runtime/protocol/exec_error.h"

#include <cctype>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/text.h"

namespace runtime {

using base::cat;
using base::Error;
using base::quoted;

namespace {

constexpr int kNotFound = 127;
constexpr int kNotExecutable = 126;

// strerror's words as Go prints them: all in lower case.
std::string standard_words(int code) {
  const char* known = strerrordesc_np(code);
  std::string words = known != nullptr ? known : base::describe_errno(code);
  for (char& c : words) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return words;
}

}  // namespace

Error cwd_error(std::string_view path, int code) {
  return Error(cat("/process/cwd ", quoted(path), ": ", standard_words(code)));
}

Error exec_error(std::string_view program, int code) {
  const bool missing = code == ENOENT || code == ENOTDIR;
  const std::string looked_up = missing ? cat("stat ", program, ": ") : "";
  const char* refused = code == EISDIR ? " (permission denied)" : "";
  return Error(cat("exec: ", quoted(program), ": ", looked_up, standard_words(code), refused))
      .with_exit_status(missing ? kNotFound : kNotExecutable);
}

Error not_in_path(std::string_view program) {
  return Error(cat("exec: ", quoted(program), ": executable file not found in $PATH"))
      .with_exit_status(kNotFound);
}

Error execve_error(std::string_view program, int code) {
  const char* hint = code == ENOENT ? " (the interpreter or loader it names is missing)" : "";
  return Error(cat("exec: ", quoted(program), ": ", standard_words(code), hint))
      .with_exit_status(kNotExecutable);
}

}  // namespace runtime
