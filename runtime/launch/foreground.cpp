#include "runtime/launch/foreground.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <poll.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"
#include "base/terminal.h"
#include "runtime/launch/terminal_proxy.h"

namespace runtime {

using base::BorrowedFd;
using base::OwnedFd;

namespace {

// Signals that are about this process and not for the program: its own children, its own writes,
// and what the kernel says of its own out-of-band data.
bool is_ours(int signal) { return signal == SIGCHLD || signal == SIGPIPE || signal == SIGURG; }

struct Attended {
  BorrowedFd pidfd;
  TerminalProxy* terminal;  // nullptr without one
};

void handle_signal(int signal, const Attended& attended) {
  if (signal == SIGWINCH && attended.terminal != nullptr) {
    attended.terminal->resize();
  } else if (!is_ours(signal)) {
    sys::pidfd_send_signal(attended.pidfd, signal);
  }
}

}  // namespace

Foreground::Foreground() : signals_(sys::take_over_signals()) {}

sys::Exit Foreground::attend(base::ChildProcess& process, OwnedFd master) {
  std::optional<TerminalProxy> terminal;
  if (master.valid()) terminal.emplace(std::move(master));
  const Attended attended{process.pidfd(), terminal ? &*terminal : nullptr};
  // A negative descriptor is one that poll passes over.
  std::array<pollfd, 4> watched{};
  watched[0] = {process.pidfd().raw(), POLLIN, 0};
  watched[1] = {signals_.raw(), POLLIN, 0};
  for (;;) {
    watched[2] = terminal ? terminal->master_interest() : pollfd{-1, 0, 0};
    watched[3] = terminal ? terminal->input_interest() : pollfd{-1, 0, 0};
    if (poll(watched.data(), watched.size(), -1) < 0) {
      if (errno == EINTR) continue;
      throw base::Error("poll", errno);
    }
    if (watched[1].revents != 0) handle_signal(sys::next_signal(signals_), attended);
    if (terminal) terminal->transfer(watched[2].revents, watched[3].revents);
    if (watched[0].revents != 0) break;
  }
  if (terminal) terminal->drain();
  return process.wait();
}

}  // namespace runtime
