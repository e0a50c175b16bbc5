#include "runtime/launch/terminal_proxy.h"

#include <array>
#include <cerrno>
#include <unistd.h>

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

pollfd TerminalProxy::master_interest() const {
  if (hung_up_) return {-1, 0, 0};
  const int events = pending_.empty() ? POLLIN : POLLIN | POLLOUT;
  return {master_.raw(), static_cast<short>(events), 0};
}

pollfd TerminalProxy::input_interest() const {
  if (!input_open_ || hung_up_ || !pending_.empty()) return {-1, 0, 0};
  return {STDIN_FILENO, POLLIN, 0};
}

void TerminalProxy::transfer(short master_events, short input_events) {
  if ((master_events & POLLOUT) != 0) give_input();
  if (hung_up_ || (master_events & (POLLIN | POLLHUP | POLLERR)) != 0) copy_output();
  if (input_events != 0) take_input();
}

int TerminalProxy::patience() const noexcept { return hung_up_ ? kUntilNextLook : -1; }

void TerminalProxy::drain() {
  while (copy_output()) {
  }
}

// False when there is nothing more at present. A master without a peer answers EIO.
bool TerminalProxy::copy_output() {
  std::array<char, kChunk> bytes;
  const ssize_t got = read(master_.raw(), bytes.data(), bytes.size());
  hung_up_ = got == 0 || (got < 0 && !is_temporary(errno));
  if (got <= 0) return false;
  base::write_all(BorrowedFd(STDOUT_FILENO), {bytes.data(), static_cast<std::size_t>(got)});
  return true;
}

void TerminalProxy::take_input() {
  std::array<char, kChunk> bytes;
  const ssize_t got = read(STDIN_FILENO, bytes.data(), bytes.size());
  if (got < 0 && is_temporary(errno)) return;
  if (got > 0) {
    pending_.assign(bytes.data(), static_cast<std::size_t>(got));
  } else {
    pending_.assign(1, kEndOfInput);
    input_open_ = false;
  }
  give_input();
}

void TerminalProxy::give_input() {
  const ssize_t taken = write(master_.raw(), pending_.data(), pending_.size());
  if (taken > 0) pending_.erase(0, static_cast<std::size_t>(taken));
  if (taken < 0 && !is_temporary(errno)) pending_.clear();
}

}  // namespace runtime
