#include "runtime/cgroup/cpuset.h"

#include <fcntl.h>

#include "base/file.h"
#include "base/text.h"
#include "runtime/cgroup/control_files.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::OwnedFd;

namespace {

// The value of `file` in `folder`, or of the nearest one above that has any; those between are
// given it on the way back. Empty files read as "\n".
std::string effective(BorrowedFd folder, const char* file, std::size_t depth) {
  std::string value = sys::read_line(folder, file);
  if (value.find_first_not_of('\n') != std::string::npos || depth == 0) return value;
  // Cgroups never move to another parent, so ".." is the folder we came through.
  const OwnedFd above = sys::openat(folder, "..", O_PATH | O_DIRECTORY);
  value = effective(above, file, depth - 1);
  sys::write_file(folder, file, value);
  return value;
}

}  // namespace

void inherit_cpuset(BorrowedFd parent, const std::string& name, std::size_t depth) {
  for (const char* file : {file::kCpus, file::kMems}) {
    const std::string value = effective(parent, file, depth);
    sys::write_file(parent, base::cat(name, "/", file).c_str(), value);
  }
}

}  // namespace runtime::cgroup
