#include "runtime/launch/inherited_fds.h"

#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"
#include "base/text.h"

namespace runtime {

using base::cat;

namespace {

constexpr int kFirst = 3;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

int activated_sockets() {
  if (base::parse_int<pid_t>(variable("LISTEN_PID")) != getpid()) return 0;
  const auto count = base::parse_int<int>(variable("LISTEN_FDS"));
  return count && *count > 0 ? *count : 0;
}

void check_open(int first, int end, const char* promised_by) {
  for (int fd = first; fd < end; ++fd) {
    if (fcntl(fd, F_GETFD) < 0) {
      throw base::Error(cat(promised_by, ": descriptor ", fd, " is not open"));
    }
  }
}

}  // namespace

InheritedFds inspect_inherited_fds(int preserve_fds) {
  InheritedFds inherited;
  const int sockets = activated_sockets();
  inherited.count = sockets + preserve_fds;
  check_open(kFirst, kFirst + sockets, "LISTEN_FDS");
  check_open(kFirst + sockets, kFirst + inherited.count, "--preserve-fds");
  sys::close_range_cloexec(static_cast<unsigned>(kFirst + inherited.count));
  if (sockets == 0) return inherited;
  // The program is process 1 of its namespace.
  inherited.environment = {cat("LISTEN_FDS=", sockets), "LISTEN_PID=1"};
  const std::string_view names = variable("LISTEN_FDNAMES");
  if (!names.empty()) inherited.environment.push_back(cat("LISTEN_FDNAMES=", names));
  return inherited;
}

}  // namespace runtime
