// Carries bytes between our standard input and output and the master of the container's terminal.
#pragma once

#include <poll.h>
#include <string>

#include "base/fd.h"
#include "base/terminal.h"

namespace runtime {

class TerminalProxy {
 public:
  // If standard input is a terminal, it is raw until this object goes.
  explicit TerminalProxy(base::OwnedFd master);

  // The window size of our terminal becomes the container's.
  void resize();

  // What to poll for now, and what came of it.
  pollfd master_interest() const;
  pollfd input_interest() const;
  pollfd output_interest() const;
  void transfer(short master_events, short input_events, short output_events);
  // For how long, in milliseconds; -1 is for ever.
  int patience() const noexcept;

  // Whether there is anything left of what the program wrote before it ended. Our output takes it
  // when output_interest() says so.
  bool has_output();
  void give_output();

  // Our terminal is ours again (SIGCONT).
  void resume();

 private:
  bool take_output();
  void take_input();
  void give_input();

  base::OwnedFd master_;
  sys::RawMode raw_;
  std::string unread_;     // from our input, not yet taken by the container
  std::string unwritten_;  // from the container, not yet taken by our output
  bool input_open_ = true;
  bool input_is_elsewhere_ = false;  // another job has our terminal
  bool hung_up_ = false;             // nobody inside has the terminal open
};

}  // namespace runtime
