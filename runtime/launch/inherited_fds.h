// The descriptors beyond the standard ones that the caller wants the program to have: those of
// socket activation (sd_listen_fds(3)) and then those of --preserve-fds.
#pragma once

#include <string>
#include <vector>

namespace runtime {

struct InheritedFds {
  int count = 0;                         // descriptors 3 … 2 + count
  int sockets = 0;                       // of these, the first ones
  std::vector<std::string> environment;  // LISTEN_FDS and LISTEN_FDNAMES for the program
};

// Takes LISTEN_FDS for ours only if LISTEN_PID says so. Marks every other inherited descriptor
// close-on-exec. Throws when one of the promised descriptors isn't open.
InheritedFds inspect_inherited_fds(int preserve_fds);

// The same with no heed to socket activation: for `exec`, whose program isn't the one activated.
void check_preserved_fds(int preserve_fds);

}  // namespace runtime
