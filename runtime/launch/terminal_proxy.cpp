#include "runtime/launch/terminal_proxy.h"

#include <array>
#include <cerrno>
#include <unistd.h>

#include "base/error.h"
#include "base/pipe.h"

namespace runtime {

using base::BorrowedFd;

namespace {

constexpr std::size_t kChunk = 4096;
// End of transmission: what a terminal makes of a closed input.
constexpr char kEndOfInput = '\x04';
// A whole system closes its console and opens it again, of which the kernel tells nobody.
constexpr int kUntilNextLook = 100;

bool is_temporary(int error) { return error == EINTR || error == EAGAIN; }

}  // namespace

TerminalProxy::TerminalProxy(base::OwnedFd master)
    : master_(std::move(master)), raw_(BorrowedFd(STDIN_FILENO)) {
  // A program that doesn't read must not keep us from carrying its output.
  sys::set_nonblocking(master_);
  resize();
}

void TerminalProxy::resize() {
  if (const auto size = sys::window_size(BorrowedFd(STDIN_FILENO))) {
    sys::set_window_size(master_, *size);
  }
}

// A reader of our output that is slow holds up the program, as it would without us between.
pollfd TerminalProxy::master_interest() const {
  const int events = (unread_.empty() ? 0 : POLLOUT) | (unwritten_.empty() ? POLLIN : 0);
  // With nothing to do, a hangup would be told again and again.
  const bool is_idle = hung_up_ || events == 0;
  return {is_idle ? -1 : master_.raw(), static_cast<short>(events), 0};
}

pollfd TerminalProxy::input_interest() const {
  if (!input_open_ || input_is_elsewhere_ || hung_up_ || !unread_.empty()) return {-1, 0, 0};
  return {STDIN_FILENO, POLLIN, 0};
}

pollfd TerminalProxy::output_interest() const {
  return {unwritten_.empty() ? -1 : STDOUT_FILENO, POLLOUT, 0};
}

void TerminalProxy::transfer(short master_events, short input_events, short output_events) {
  if (output_events != 0) give_output();
  if ((master_events & POLLOUT) != 0) give_input();
  const bool is_readable = hung_up_ || (master_events & (POLLIN | POLLHUP | POLLERR)) != 0;
  if (unwritten_.empty() && is_readable) take_output();
  if (input_events != 0) take_input();
}

int TerminalProxy::patience() const noexcept { return hung_up_ ? kUntilNextLook : -1; }

bool TerminalProxy::has_output() { return !unwritten_.empty() || take_output(); }

// False when there is nothing more at present. A master without a peer answers EIO.
bool TerminalProxy::take_output() {
  std::array<char, kChunk> bytes;
  const ssize_t got = read(master_.raw(), bytes.data(), bytes.size());
  hung_up_ = got == 0 || (got < 0 && !is_temporary(errno));
  if (got <= 0) return false;
  unwritten_.assign(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

// Called when there is room, which in a pipe is room for a chunk: also one that blocks takes it.
void TerminalProxy::give_output() {
  const ssize_t taken = write(STDOUT_FILENO, unwritten_.data(), unwritten_.size());
  if (taken < 0 && !is_temporary(errno)) throw base::Error("write", errno);
  if (taken > 0) unwritten_.erase(0, static_cast<std::size_t>(taken));
}

void TerminalProxy::take_input() {
  std::array<char, kChunk> bytes;
  const ssize_t got = read(STDIN_FILENO, bytes.data(), bytes.size());
  if (got < 0 && is_temporary(errno)) return;
  if (got < 0 && errno == EIO) {
    // What a job in the background gets that nobody could continue, or whose SIGTTIN is ignored.
    input_is_elsewhere_ = true;
    return;
  }
  if (got > 0) {
    unread_.assign(bytes.data(), static_cast<std::size_t>(got));
  } else {
    unread_.assign(1, kEndOfInput);
    input_open_ = false;
  }
  give_input();
}

void TerminalProxy::resume() {
  input_is_elsewhere_ = false;
  raw_.renew();
}

void TerminalProxy::give_input() {
  const ssize_t taken = write(master_.raw(), unread_.data(), unread_.size());
  if (taken > 0) unread_.erase(0, static_cast<std::size_t>(taken));
  if (taken < 0 && !is_temporary(errno)) unread_.clear();
}

}  // namespace runtime
