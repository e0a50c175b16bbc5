#include "base/terminal.h"

#include <cerrno>
#include <unistd.h>

#include "base/error.h"
#include "base/pipe.h"
#include "base/text.h"

namespace sys {

using base::BorrowedFd;
using base::Error;
using base::OwnedFd;

OwnedFd open_pty_peer(BorrowedFd master) {
  const int unlock = 0;
  if (ioctl(master.raw(), TIOCSPTLCK, &unlock) != 0) throw Error("ioctl TIOCSPTLCK", errno);
  OwnedFd peer(ioctl(master.raw(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!peer.valid()) throw Error("ioctl TIOCGPTPEER", errno);
  return peer;
}

std::string pty_name(BorrowedFd master) {
  unsigned number = 0;
  if (ioctl(master.raw(), TIOCGPTN, &number) != 0) throw Error("ioctl TIOCGPTN", errno);
  return base::cat("/dev/pts/", number);
}

void set_window_size(BorrowedFd terminal, const winsize& size) {
  if (ioctl(terminal.raw(), TIOCSWINSZ, &size) != 0) throw Error("ioctl TIOCSWINSZ", errno);
}

std::optional<winsize> window_size(BorrowedFd fd) {
  winsize size{};
  if (ioctl(fd.raw(), TIOCGWINSZ, &size) != 0) return std::nullopt;
  if (size.ws_row == 0 && size.ws_col == 0) return std::nullopt;
  return size;
}

void set_controlling_terminal(BorrowedFd terminal) {
  if (ioctl(terminal.raw(), TIOCSCTTY, 0) != 0) throw Error("ioctl TIOCSCTTY", errno);
}

void use_as_stdio(BorrowedFd fd) {
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) use_as(fd, standard);
}

RawMode::RawMode(BorrowedFd fd) : fd_(fd) {
  termios settings{};
  if (tcgetattr(fd.raw(), &settings) != 0) return;
  before_ = settings;
  if (renew()) return;
  // A job in the background that no shell can continue has no terminal.
  if (errno != EIO) throw Error("tcsetattr", errno);
  before_.reset();
}

bool RawMode::renew() {
  if (!before_) return true;
  termios settings = *before_;
  cfmakeraw(&settings);
  return tcsetattr(fd_.raw(), TCSANOW, &settings) == 0;
}

RawMode::~RawMode() {
  if (!before_) return;
  // In the background it would stop us.
  const pid_t job = tcgetpgrp(fd_.raw());
  if (job >= 0 && job != getpgrp()) return;
  // Drained first, so that what the program printed last appears in the mode it was meant for.
  tcsetattr(fd_.raw(), TCSADRAIN, &*before_);
}

}  // namespace sys
