#include "base/memfd.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace sys {

using base::Error;

OwnedFd memfd_create(const char* name) {
  // MFD_EXEC (Linux 6.3) says that the file may be executed, which vm.memfd_noexec wants said;
  // older kernels refuse the flag and need none.
  constexpr unsigned kMfdExec = 0x0010;
  int fd = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | kMfdExec);
  if (fd < 0 && errno == EINVAL) fd = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) throw Error(base::cat("memfd_create ", name), errno);
  return OwnedFd(fd);
}

namespace {

constexpr int kAllSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

}  // namespace

bool is_sealed(BorrowedFd fd) {
  const int seals = fcntl(fd.raw(), F_GET_SEALS);
  return seals >= 0 && (seals & kAllSeals) == kAllSeals;
}

bool try_seal(BorrowedFd memfd) {
  if (fcntl(memfd.raw(), F_ADD_SEALS, kAllSeals) == 0) return true;
  if (errno != EBUSY) throw Error("fcntl F_ADD_SEALS", errno);
  return false;
}

void copy_file(BorrowedFd from, BorrowedFd to) {
  auto left = static_cast<std::size_t>(fstat(from).st_size);
  off_t place = 0;
  while (left > 0) {
    const ssize_t copied = ::sendfile(to.raw(), from.raw(), &place, left);
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0) throw Error("sendfile", errno);
    if (copied == 0) throw Error("sendfile: the file became shorter");
    left -= static_cast<std::size_t>(copied);
  }
}

}  // namespace sys
