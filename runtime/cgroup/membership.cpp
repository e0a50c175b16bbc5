#include "runtime/cgroup/membership.h"

#include <cerrno>
#include <fcntl.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "runtime/cgroup/control_files.h"

namespace runtime::cgroup {

namespace {

// Errors by which a kernel says "not through this file", as opposed to "not you" or "not there".
bool is_wrong_file(int error) { return error == EINVAL || error == EOPNOTSUPP || error == ENOENT; }

int join_by_procs(const Membership::Tasks& entry) {
  const std::string path = base::cat(entry.directory, "/", file::kProcs);
  const auto procs =
      sys::try_openat2(entry.root, path.c_str(), O_WRONLY | O_NOCTTY, sys::Resolve::kBeneath);
  return procs.error != 0 ? procs.error : sys::try_write(procs.fd, "0");
}

}  // namespace

void Membership::join_self() const {
  for (const Tasks& entry : tasks_) {
    // "0" is the writer itself. A single thread that moves itself needs no system-wide lock
    // (Linux 5.5), whereas a pid in cgroup.procs waits for an RCU grace period: 4 to 16 ms.
    int error = sys::try_write(entry.tasks, "0");
    if (is_wrong_file(error)) error = join_by_procs(entry);
    if (error != 0)
      throw base::Error(base::cat("join cgroup ", base::quoted(entry.directory)), error);
  }
}

}  // namespace runtime::cgroup
