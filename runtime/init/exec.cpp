#include "runtime/init/exec.h"

#include <cerrno>
#include <unistd.h>

#include "base/process.h"
#include "runtime/init/process.h"

namespace runtime {

namespace {

// Returns if it can't. Without a filter there is nothing to settle. Not declared as one that
// doesn't return: AddressSanitizer makes a system call before each of those, and the filter may
// deny it.
void try_become(const ProgramImage& program, base::BorrowedFd starter, const FilterPlan& filter,
                LastWords& denied, LastWords& refused) noexcept {
  if (const int error = try_settle_capabilities(filter); error != 0) {
    denied.send(starter, error);
    return;
  }
  execve(program.path().c_str(), program.argv(), program.envp());
  refused.send(starter, errno);
}

}  // namespace

void execute(const ProgramImage& program, const Channel& starter, int passed,
             const FilterPlan& filter) {
  LastWords denied = LastWords::capset_denied();
  LastWords refused = LastWords::exec_failure(program.path());
  close_descriptors(passed, {starter.socket().raw()});
  if (!filter.program.empty()) load_filter(filter);
  try_become(program, starter.socket(), filter, denied, refused);
  sys::leave_child(1);
}

}  // namespace runtime
