// A container in the foreground: this process stands in for it towards its caller, passes signals
// and the terminal's bytes on, and ends as the program ends.
#pragma once

#include <optional>

#include "base/child_process.h"
#include "base/fd.h"
#include "runtime/launch/notify.h"
#include "runtime/launch/terminal_proxy.h"

namespace runtime {

// Holds all signals back from the moment it is made, so that one which arrives while the container
// is being created reaches the program later and nothing is left half made. Those by which somebody
// ends us are heeded before, where there is something to wait for (base/interruption.h).
class Foreground {
 public:
  Foreground();

  // The master of the container's terminal, which gets the size of ours: before the program is
  // started, because it may ask for the size at once.
  void take_terminal(base::OwnedFd master);

  // What the program reports to a service manager goes on for as long as it runs.
  void take_notifications(NotifyProxy notifications);

  // Until the process has ended, which it reaps.
  sys::Exit attend(base::ChildProcess& process);

 private:
  void handle_signal(int signal, const base::ChildProcess& process);
  void drain_terminal();

  base::OwnedFd signals_;
  std::optional<TerminalProxy> terminal_;
  std::optional<NotifyProxy> notifications_;
};

}  // namespace runtime
