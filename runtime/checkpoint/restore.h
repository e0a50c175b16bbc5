// THE STORY of a restore: images in a folder become a running container, by CRIU.
#pragma once

#include <string>

#include "base/child_process.h"
#include "base/fd.h"
#include "runtime/container/record.h"
#include "runtime/container/state_dir.h"
#include "runtime/criu/request.h"
#include "runtime/launch/launch.h"

namespace runtime {

struct RestoreRequest {
  LaunchRequest launch;
  std::string criu;  // a path or a name; empty: "criu"
  std::string image_path;
  std::string work_path;  // empty: that of the images
  criu::Options options;
};

// A container that runs again, and whose init is our child: it is killed with this object unless
// released. The state folder (locked) and the cgroup are the caller's to keep or to remove.
struct Restored {
  StateDir dir;
  base::ChildProcess init;
  base::OwnedFd console_master;  // a terminal without a console socket
};

// Throws with everything undone.
Restored restore(const RestoreRequest& request);

}  // namespace runtime
