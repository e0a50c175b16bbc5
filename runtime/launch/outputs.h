// What a command is told to hand out: the pid file and the terminal. Opened before the first side
// effect, so that a wrong path costs nothing.
#pragma once

#include <string>
#include <sys/types.h>

#include "base/fd.h"

namespace runtime {

// Decimal digits and no newline, as clients parse it; appears by rename, when all has succeeded.
class PidFile {
 public:
  // Empty: none is wanted.
  explicit PidFile(const std::string& path);
  void write(pid_t pid) const;

 private:
  base::OwnedFd folder_;
  std::string name_;
};

// Connects to the receiver of the terminal's master at that path, of whatever length.
base::OwnedFd connect_console(const std::string& path);

}  // namespace runtime
