#include "runtime/launch/foreground.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"

namespace runtime {

using base::OwnedFd;

namespace {

// A negative descriptor is one that poll passes over.
constexpr pollfd kNothing{-1, 0, 0};

// Signals that are about this process and not for the program: its own children, its own writes,
// and what the kernel says of its own out-of-band data.
bool is_ours(int signal) { return signal == SIGCHLD || signal == SIGPIPE || signal == SIGURG; }

}  // namespace

Foreground::Foreground() : signals_(sys::take_over_signals()) {}

void Foreground::take_terminal(OwnedFd master) { terminal_.emplace(std::move(master)); }

void Foreground::take_notifications(NotifyProxy notifications) {
  notifications_.emplace(std::move(notifications));
}

sys::Exit Foreground::attend(base::ChildProcess& process) {
  std::array<pollfd, 5> watched{};
  watched[0] = {process.pidfd().raw(), POLLIN, 0};
  watched[1] = {signals_.raw(), POLLIN, 0};
  watched[4] = notifications_ ? notifications_->interest() : kNothing;
  for (;;) {
    watched[2] = terminal_ ? terminal_->master_interest() : kNothing;
    watched[3] = terminal_ ? terminal_->input_interest() : kNothing;
    const int patience = terminal_ ? terminal_->patience() : -1;
    if (poll(watched.data(), watched.size(), patience) < 0) {
      if (errno == EINTR) continue;
      throw base::Error("poll", errno);
    }
    if (watched[1].revents != 0) handle_signal(sys::next_signal(signals_), process);
    if (terminal_) terminal_->transfer(watched[2].revents, watched[3].revents);
    if (watched[4].revents != 0) notifications_->forward();
    if (watched[0].revents != 0) break;
  }
  if (terminal_) terminal_->drain();
  if (notifications_) notifications_->forward();
  return process.wait();
}

void Foreground::handle_signal(int signal, const base::ChildProcess& process) {
  if (signal == SIGWINCH && terminal_) {
    terminal_->resize();
  } else if (!is_ours(signal)) {
    sys::pidfd_send_signal(process.pidfd(), signal);
  }
}

}  // namespace runtime
