#include "base/event_fds.h"

#include <cerrno>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/error.h"

namespace sys {

using base::Error;
using base::OwnedFd;

OwnedFd make_eventfd() {
  OwnedFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd.valid()) throw Error("eventfd", errno);
  return fd;
}

OwnedFd make_timer(std::chrono::nanoseconds interval) {
  OwnedFd fd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!fd.valid()) throw Error("timerfd_create", errno);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(interval);
  const timespec time{seconds.count(), (interval - seconds).count()};
  const itimerspec every{time, time};
  if (::timerfd_settime(fd.raw(), 0, &every, nullptr) != 0) throw Error("timerfd_settime", errno);
  return fd;
}

std::uint64_t take_count(base::BorrowedFd fd) {
  std::uint64_t count = 0;
  while (::read(fd.raw(), &count, sizeof count) < 0) {
    if (errno == EAGAIN) return 0;
    if (errno != EINTR) throw Error("read from eventfd", errno);
  }
  return count;
}

}  // namespace sys
