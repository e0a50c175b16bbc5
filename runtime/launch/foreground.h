// A container in the foreground: this process stands in for it towards its caller, passes signals
// and the terminal's bytes on, and ends as the program ends.
#pragma once

#include "base/child_process.h"
#include "base/fd.h"

namespace runtime {

// Holds all signals back from the moment it is made, so that one which arrives while the container
// is being created reaches the program later and nothing is left half made.
class Foreground {
 public:
  Foreground();

  // Until the process has ended, which it reaps. `master` is its terminal's, or not valid.
  sys::Exit attend(base::ChildProcess& process, base::OwnedFd master);

 private:
  base::OwnedFd signals_;
};

}  // namespace runtime
