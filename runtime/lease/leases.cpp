#include "runtime/lease/leases.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>

#include "base/error.h"
#include "base/text.h"

namespace runtime {

using base::BorrowedFd;
using base::OwnedFd;

OwnedFd lock_leases(const char* folder) {
  sys::mkdirat_if_absent(BorrowedFd::cwd(), folder, 0700);
  OwnedFd leases = sys::openat(BorrowedFd::cwd(), folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  sys::flock(leases, LOCK_EX);
  return leases;
}

std::optional<OwnedFd> lock_leases_if_any(const char* folder) {
  auto leases = sys::try_openat2(BorrowedFd::cwd(), folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                 sys::Resolve::kAnywhere);
  // Who may not look into it has got nothing out of it.
  if (leases.error == ENOENT || leases.error == EACCES) return std::nullopt;
  if (leases.error != 0) throw base::Error(base::cat("open ", folder), leases.error);
  sys::flock(leases.fd, LOCK_EX);
  return std::move(leases.fd);
}

}  // namespace runtime
