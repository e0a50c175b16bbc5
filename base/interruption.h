// The signals by which somebody ends a command, in a time in which that would leave behind what has
// been begun: they are held back and, where the command waits for others, an error.
#pragma once

#include <csignal>
#include <string>

#include "base/fd.h"

namespace sys {

using base::BorrowedFd;
using base::OwnedFd;

class Interruption {
 public:
  // SIGHUP, SIGINT and SIGTERM, but those that our caller has us ignore (nohup(1)). They stay
  // blocked until `end`: one that comes when there is nothing left to wait for has come too late.
  Interruption();
  // From now on they act as before.
  void end();

  // Readable when one has come.
  BorrowedFd signals() const noexcept { return signals_; }

 private:
  sigset_t before_{};
  OwnedFd signals_;
};

// What the signals() of an Interruption are where nobody heeds any.
inline constexpr BorrowedFd kNoSignals{-1};

// Waits until there is something to read for `timeout_ms` at most (-1: for ever). Throws if one of
// the signals comes first.
bool poll_heeding(BorrowedFd signals, BorrowedFd input, int timeout_ms);
// Takes the signal that has come, and says so.
std::string take_interruption(BorrowedFd signals);

}  // namespace sys
