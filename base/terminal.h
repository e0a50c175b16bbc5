// Pseudoterminals and terminal settings. Typed wrappers over tty_ioctl(4) and ioctl_tty(2).
#pragma once

#include <optional>
#include <string>
#include <sys/ioctl.h>
#include <termios.h>

#include "base/fd.h"

namespace sys {

// Unlocks the master and opens its other side through the master itself, never by a path in
// /dev/pts (CVE-2025-52565). TIOCGPTPEER, Linux 4.13.
base::OwnedFd open_pty_peer(base::BorrowedFd master);
// What the peer is called in its own devpts: "/dev/pts/3".
std::string pty_name(base::BorrowedFd master);
void set_window_size(base::BorrowedFd terminal, const winsize& size);
// Empty when `fd` is no terminal, or one that nobody has told its size (a serial line).
std::optional<winsize> window_size(base::BorrowedFd fd);
// The terminal becomes the calling session leader's.
void set_controlling_terminal(base::BorrowedFd terminal);
// Onto the standard descriptors 0, 1 and 2.
void use_as_stdio(base::BorrowedFd fd);

// Every byte as it comes, for as long as it lives; nothing happens when `fd` is no terminal. The
// settings from before come back at the end, unless the terminal is another job's by then.
class RawMode {
 public:
  explicit RawMode(base::BorrowedFd fd);
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;
  ~RawMode();

  // After others had the terminal (SIGCONT). False, with errno, if it isn't ours again.
  bool renew();

 private:
  base::BorrowedFd fd_;
  std::optional<termios> before_;
};

}  // namespace sys
