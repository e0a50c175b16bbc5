#include "runtime/lease/leases.h"

#include <cerrno>
#include <fcntl.h>

#include "base/error.h"
#include "base/text.h"

namespace runtime {

using base::BorrowedFd;
using base::OwnedFd;

namespace {

void lock(BorrowedFd leases, const char* folder) {
  sys::lock_or_throw(leases, base::cat("another command has held the lock of ", folder));
}

}  // namespace

OwnedFd lock_leases(const char* folder) {
  sys::mkdirat_if_absent(BorrowedFd::cwd(), folder, 0700);
  OwnedFd leases = sys::openat(BorrowedFd::cwd(), folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  lock(leases, folder);
  return leases;
}

std::optional<OwnedFd> lock_leases_if_any(const char* folder) {
  auto leases = sys::try_openat2(BorrowedFd::cwd(), folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                 sys::Resolve::kAnywhere);
  // Who may not look into it has got nothing out of it.
  if (leases.error == ENOENT || leases.error == EACCES) return std::nullopt;
  if (leases.error != 0) throw base::Error(base::cat("open ", folder), leases.error);
  lock(leases.fd, folder);
  return std::move(leases.fd);
}

}  // namespace runtime
