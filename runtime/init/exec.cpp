#include "runtime/init/exec.h"

#include <cerrno>
#include <unistd.h>

#include "base/process.h"

namespace runtime {

void execute(const ProgramImage& program, Channel starter, int passed) noexcept {
  ExecFailure failure(program.path());
  int error = sys::try_close_all_except(3 + passed, {starter.socket().raw()});
  if (error == 0) {
    execve(program.path().c_str(), program.argv(), program.envp());
    error = errno;
  }
  failure.send(starter.socket(), error);
  sys::leave_child(1);
}

}  // namespace runtime
