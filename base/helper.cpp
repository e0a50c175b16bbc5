#include "base/helper.h"

#include <cerrno>
#include <cstdlib>
#include <unistd.h>

#include "base/child_process.h"
#include "base/credentials.h"
#include "base/error.h"
#include "base/exec_array.h"
#include "base/file.h"
#include "base/pipe.h"
#include "base/text.h"

namespace base {

namespace {

constexpr std::size_t kLongestOutput = std::size_t{64} << 20;
constexpr int kCannotRun = 127;

// The child. Nothing here can fail for a reason that a caller could do something about.
[[noreturn]] void become_helper(const std::string& path, char* const* argv,
                                BorrowedFd output) noexcept {
  sys::reset_signals();
  sys::use_as(output, STDOUT_FILENO);
  sys::use_as(output, STDERR_FILENO);
  execve(path.c_str(), argv, environ);
  sys::try_write(BorrowedFd(STDERR_FILENO), describe_errno(errno));
  sys::leave_child(kCannotRun);
}

}  // namespace

std::optional<std::string> find_helper(const std::string& name) {
  const char* path = std::getenv("PATH");
  for (const std::string_view folder : split(path != nullptr ? path : "", ':')) {
    std::string file = cat(folder, '/', name);
    if (folder.starts_with('/') && sys::try_executable(file.c_str()) == 0) return file;
  }
  for (const char* folder : {"/usr/bin/", "/usr/sbin/"}) {
    std::string file = folder + name;
    if (sys::try_executable(file.c_str()) == 0) return file;
  }
  return std::nullopt;
}

HelperResult run_helper(const std::string& path, std::vector<std::string> args) {
  const auto argv = sys::exec_array(args);
  auto [output, helper_output] = sys::make_pipe();
  sys::Cloned cloned = sys::clone3(0, nullptr);
  if (cloned.pid == 0) become_helper(path, argv.data(), helper_output);
  ChildProcess helper(std::move(cloned));
  helper_output.reset();
  std::string text = read_all(output, kLongestOutput);
  return {helper.wait(), std::move(text)};
}

}  // namespace base
