// THE STORY of a restore: images in a folder become a running container, by CRIU.
#pragma once

#include <string>

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

// The container runs again. Throws with everything undone.
Made restore(const RestoreRequest& request);

}  // namespace runtime
