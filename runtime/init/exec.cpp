#include "runtime/init/exec.h"

#include <cerrno>
#include <unistd.h>

#include "base/kernel_abi.h"
#include "base/process.h"
#include "runtime/init/child_story.h"
#include "runtime/init/process.h"

namespace runtime {

namespace {

// Returns if it can't, whether it could say so. Without a filter there is nothing to settle. Not
// declared as one that doesn't return: AddressSanitizer makes a system call before each of those,
// and the filter may deny it.
bool try_become(const ProgramImage& program, base::BorrowedFd starter, const FilterPlan& filter,
                LastWords& denied, LastWords& refused) noexcept {
  const int error = try_settle_capabilities(filter);
  if (error != 0) return denied.send(starter, error);
  execve(program.path().c_str(), program.argv(), program.envp());
  return refused.send(starter, errno);
}

}  // namespace

void execute_closed(const ProgramImage& program, const Channel& starter, const FilterPlan& filter) {
  LastWords denied = LastWords::capset_denied();
  LastWords refused = LastWords::exec_failure(program.path());
  if (!filter.program.empty()) load_filter(filter);
  // Its end has to say it then.
  if (!try_become(program, starter.socket(), filter, denied, refused)) sys::abi::end_by_trap();
  sys::leave_child(kStoryFailed);
}

void execute(const ProgramImage& program, const Channel& starter, int passed,
             const FilterPlan& filter) {
  close_descriptors(passed, {starter.socket().raw()});
  execute_closed(program, starter, filter);
}

}  // namespace runtime
