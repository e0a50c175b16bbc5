#include "base/interruption.h"

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/signalfd.h>

#include "base/error.h"
#include "base/process.h"
#include "base/text.h"

namespace sys {

namespace {

bool is_ignored(int signal) {
  struct sigaction action {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Interruption::Interruption() {
  sigset_t ours;
  sigemptyset(&ours);
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) {
    if (!is_ignored(signal)) sigaddset(&ours, signal);
  }
  signals_ = OwnedFd(signalfd(-1, &ours, SFD_CLOEXEC));
  if (!signals_.valid()) throw base::Error("signalfd", errno);
  if (sigprocmask(SIG_BLOCK, &ours, &before_) != 0) throw base::Error("sigprocmask", errno);
}

void Interruption::end() {
  if (sigprocmask(SIG_SETMASK, &before_, nullptr) != 0) throw base::Error("sigprocmask", errno);
}

bool poll_heeding(BorrowedFd signals, BorrowedFd input, int timeout_ms) {
  std::array<pollfd, 2> watched = {{{input.raw(), POLLIN, 0}, {signals.raw(), POLLIN, 0}}};
  for (;;) {
    const int ready = poll(watched.data(), watched.size(), timeout_ms);
    if (ready < 0 && errno != EINTR) throw base::Error("poll", errno);
    if (ready < 0) continue;
    if (watched[1].revents != 0) throw base::Error(take_interruption(signals));
    return ready > 0;
  }
}

std::string take_interruption(BorrowedFd signals) {
  return base::cat("interrupted by signal ", next_signal(signals));
}

}  // namespace sys
