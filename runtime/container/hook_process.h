// One hook as a process (config.md#posix-platform-hooks): its input is the container's state, its
// output is kept for the error, its time is limited.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unistd.h>

#include "base/fd.h"
#include "base/interruption.h"
#include "oci/config.h"

namespace runtime {

// What a hook finds around it.
struct HookSurroundings {
  base::BorrowedFd folder;                // the working directory, cwd() for ours
  char* const* environment = environ;     // of a hook that lists none; ours, as peers have it
  std::function<void()> confine = [] {};  // the last thing before it is executed
  base::BorrowedFd interruption = sys::kNoSignals;  // what comes there ends the hook
};

// Runs the hook in a process group of its own, with exactly the environment it lists and `state` on
// its standard input, and waits for it. Empty when it exited with 0; otherwise what went wrong,
// with the end of what it printed: one line.
//
// A process it leaves behind does not keep us waiting, even if it holds the output open. The hook
// itself dies with us.
std::string run_hook(const oci::Hook& hook, std::string_view state,
                     const HookSurroundings& surroundings);

}  // namespace runtime
