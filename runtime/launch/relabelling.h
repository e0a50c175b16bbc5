// Files that get the container's label before it is there: the root file system of one with an
// automatic label, and the sources of binds with the option Z or z.
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "runtime/launch/bundle.h"

namespace runtime {

struct RelabelledTree {
  base::OwnedFd top;
  std::string name;  // for messages
  bool shared = false;
};

// Opened, and refused if they are the host's own. Without linux.mountLabel there are none.
std::vector<RelabelledTree> find_relabelled(const Bundle& bundle);

// Tells the log how far it is every five seconds. What was relabelled stays so.
void relabel(const std::vector<RelabelledTree>& trees, const std::string& mount_label);

}  // namespace runtime
