#include "runtime/launch/inherited_fds.h"

#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/fd.h"
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

// One that is close-on-exec did not come through an exec: it is ours, at a number that was free.
bool is_inherited(base::BorrowedFd fd) {
  const int flags = fcntl(fd.raw(), F_GETFD);
  return flags >= 0 && (flags & FD_CLOEXEC) == 0;
}

// Up to the first that is missing: the sums can't overflow, however many are promised.
void check_inherited(int first, int count, const char* promised_by) {
  for (int i = 0; i < count; ++i) {
    if (is_inherited(base::BorrowedFd(first + i))) continue;
    throw base::Error(cat(promised_by, ": descriptor ", first + i, " is not open"));
  }
}

}  // namespace

InheritedFds inspect_inherited_fds(int preserve_fds) {
  const int sockets = activated_sockets();
  check_inherited(kFirst, sockets, "LISTEN_FDS");
  check_inherited(kFirst + sockets, preserve_fds, "--preserve-fds");
  InheritedFds inherited{.count = sockets + preserve_fds, .sockets = sockets, .environment = {}};
  sys::close_range_cloexec(static_cast<unsigned>(kFirst + inherited.count));
  if (sockets == 0) return inherited;
  inherited.environment = {cat("LISTEN_FDS=", sockets)};
  const std::string_view names = variable("LISTEN_FDNAMES");
  if (!names.empty()) inherited.environment.push_back(cat("LISTEN_FDNAMES=", names));
  return inherited;
}

void check_preserved_fds(int preserve_fds) {
  check_inherited(kFirst, preserve_fds, "--preserve-fds");
  sys::close_range_cloexec(static_cast<unsigned>(kFirst + preserve_fds));
}

}  // namespace runtime
