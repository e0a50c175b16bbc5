#include "base/pipe.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

namespace sys {

using base::BorrowedFd;
using base::Error;
using base::OwnedFd;

std::pair<OwnedFd, OwnedFd> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw Error("pipe2", errno);
  return {OwnedFd(ends[0]), OwnedFd(ends[1])};
}

void set_nonblocking(BorrowedFd fd) {
  if (fcntl(fd.raw(), F_SETFL, O_NONBLOCK) != 0) throw Error("fcntl F_SETFL", errno);
}

void use_as(BorrowedFd fd, int number) {
  if (dup2(fd.raw(), number) < 0) throw Error(base::cat("dup2 to ", number), errno);
}

}  // namespace sys
