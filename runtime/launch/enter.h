// The parent's half of `exec`: one more program in a container that exists.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/child_process.h"
#include "base/fd.h"
#include "runtime/cgroup/location.h"
#include "runtime/launch/target.h"

namespace runtime {

struct EnterRequest {
  std::string console_socket;               // empty: the terminal's master stays with us
  std::string pid_file;                     // empty: none
  std::string pidfd_socket;                 // empty: none
  int preserve_fds = 0;                     // --preserve-fds
  std::optional<bool> rootless;             // --rootless; absent: as the caller turns out to be
  std::vector<cgroup::Subgroup> subgroups;  // --cgroup
  bool own_capabilities = true;  // those of the container, not others that somebody asks for
  bool attended = false;         // this command stays, and takes the terminal if no socket does
};

// A program that runs. It is killed with this object unless released.
struct Entered {
  base::ChildProcess program;
  base::OwnedFd console_master;  // a terminal without a console socket
};

// Runs the process of the target's config, which the caller has put there. Throws with nobody left
// in the container.
Entered enter(const Target& target, const EnterRequest& request);

}  // namespace runtime
