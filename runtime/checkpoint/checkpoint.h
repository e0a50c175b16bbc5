// THE STORY of a checkpoint: a running container becomes images in a folder, by CRIU.
#pragma once

#include <string>

#include "base/fd.h"
#include "runtime/container/status.h"
#include "runtime/criu/request.h"

namespace runtime {

struct CheckpointRequest {
  std::string criu;  // a path or a name; empty: "criu"
  std::string image_path;
  std::string work_path;  // empty: that of the images
  bool pre_dump = false;  // its memory only, and it runs on
  base::OwnedFd status;   // --lazy-pages: a zero byte there says that pages can be asked for
  criu::Options options;
};

// Throws unless the container runs or is paused, and when CRIU can't: it runs on then. Otherwise it
// has stopped, unless it was to be left running; nothing else of it is undone. The folder must be
// locked.
void checkpoint(StateDir& dir, const Container& container, const CheckpointRequest& request);

}  // namespace runtime
