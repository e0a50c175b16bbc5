#include "runtime/launch/foreground.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <poll.h>

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

// There is no program any more to which they could be passed on.
bool ends_us(int signal) {
  return signal == SIGHUP || signal == SIGINT || signal == SIGQUIT || signal == SIGTERM;
}

// False if a signal came first.
template <std::size_t N>
bool poll_events(std::array<pollfd, N>& watched, int patience) {
  if (poll(watched.data(), watched.size(), patience) >= 0) return true;
  if (errno == EINTR) return false;
  throw base::Error("poll", errno);
}

}  // namespace

Foreground::Foreground() : signals_(sys::take_over_signals()) {}

void Foreground::take_terminal(OwnedFd master) { terminal_.emplace(std::move(master)); }

void Foreground::take_notifications(NotifyProxy notifications) {
  notifications_.emplace(std::move(notifications));
}

sys::Exit Foreground::attend(base::ChildProcess& process) {
  std::array<pollfd, 6> watched{};
  watched[0] = {process.pidfd().raw(), POLLIN, 0};
  watched[1] = {signals_.raw(), POLLIN, 0};
  watched[4] = notifications_ ? notifications_->interest() : kNothing;
  for (;;) {
    watched[2] = terminal_ ? terminal_->master_interest() : kNothing;
    watched[3] = terminal_ ? terminal_->input_interest() : kNothing;
    watched[5] = terminal_ ? terminal_->output_interest() : kNothing;
    const int patience = terminal_ ? terminal_->patience() : -1;
    if (!poll_events(watched, patience)) continue;
    if (watched[1].revents != 0) handle_signal(sys::next_signal(signals_), process);
    if (terminal_) terminal_->transfer(watched[2].revents, watched[3].revents, watched[5].revents);
    if (watched[4].revents != 0) notifications_->forward();
    if (watched[0].revents != 0) break;
  }
  if (terminal_) drain_terminal();
  if (notifications_) notifications_->forward();
  return process.wait();
}

void Foreground::handle_signal(int signal, const base::ChildProcess& process) {
  if (signal == SIGWINCH && terminal_) {
    terminal_->resize();
    return;
  }
  if (signal == SIGCONT && terminal_) terminal_->resume();
  if (!is_ours(signal)) sys::pidfd_send_signal(process.pidfd(), signal);
}

// What the program wrote last, unless we are to end before somebody takes it.
void Foreground::drain_terminal() {
  while (terminal_->has_output()) {
    std::array<pollfd, 2> watched = {{terminal_->output_interest(), {signals_.raw(), POLLIN, 0}}};
    if (!poll_events(watched, -1)) continue;
    if (watched[0].revents != 0) terminal_->give_output();
    if (watched[1].revents != 0 && ends_us(sys::next_signal(signals_))) return;
  }
}

}  // namespace runtime
