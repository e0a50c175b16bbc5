#include "base/fd.h"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

namespace base {

void OwnedFd::reset() noexcept {
  // EINTR included: Linux has released the descriptor by then.
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

OwnedFd duplicate(BorrowedFd fd) {
  OwnedFd copy(fcntl(fd.raw(), F_DUPFD_CLOEXEC, 0));
  if (!copy.valid()) throw Error("fcntl F_DUPFD_CLOEXEC", errno);
  return copy;
}

std::string read_all(BorrowedFd fd, std::size_t limit) {
  // The size is only a hint (procfs says 0). With room for one byte more than a plain file says it
  // has, the first read finds its end.
  struct stat info {};
  std::size_t room = 4096;
  bool is_plain = false;
  if (fstat(fd.raw(), &info) == 0 && info.st_size > 0) {
    room = std::min(static_cast<std::size_t>(info.st_size), limit) + 1;
    is_plain = S_ISREG(info.st_mode);
  }
  std::string bytes;
  std::size_t used = 0;
  for (;;) {
    if (used == bytes.size()) bytes.resize(used == 0 ? room : used * 2);
    const ssize_t got = read(fd.raw(), bytes.data() + used, bytes.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error("read", errno);
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > limit) throw Error(cat("longer than ", limit, " bytes"));
    if (is_plain && used + 1 == room) break;
  }
  bytes.resize(used);
  return bytes;
}

std::string read_some(BorrowedFd fd) {
  std::string bytes(4096, '\0');
  ssize_t got = -1;
  while (got < 0) {
    got = read(fd.raw(), bytes.data(), bytes.size());
    if (got < 0 && errno != EINTR) throw Error("read", errno);
  }
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

void write_all(BorrowedFd fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd.raw(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw Error("write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void copy_all(BorrowedFd from, BorrowedFd to) {
  char buffer[65536];
  for (;;) {
    const ssize_t got = read(from.raw(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error("read", errno);
    if (got == 0) return;
    write_all(to, {buffer, static_cast<std::size_t>(got)});
  }
}

void pass_to_payload(BorrowedFd fd) {
  if (fcntl(fd.raw(), F_SETFD, 0) != 0) {
    throw Error(cat("fcntl F_SETFD of descriptor ", fd.raw()), errno);
  }
}

}  // namespace base
