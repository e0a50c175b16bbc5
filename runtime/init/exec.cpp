#include "runtime/init/exec.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "base/process.h"

namespace runtime {

namespace {

// Onto the first number after the passed descriptors, so that one close_range gets all the others.
base::OwnedFd move_to(base::OwnedFd socket, int number) noexcept {
  if (socket.raw() == number) return socket;
  if (dup3(socket.raw(), number, O_CLOEXEC) < 0) return socket;
  return base::OwnedFd(number);
}

}  // namespace

void execute(const ProgramImage& program, Channel starter, unsigned passed) noexcept {
  ExecFailure failure(program.path());
  const unsigned kept = 3 + passed;
  const base::OwnedFd socket = move_to(starter.take_socket(), static_cast<int>(kept));
  int error = socket.raw() == static_cast<int>(kept) ? sys::try_close_range(kept + 1) : EBADF;
  if (error == 0) {
    execve(program.path().c_str(), program.argv(), program.envp());
    error = errno;
  }
  failure.send(socket, error);
  sys::leave_child(1);
}

}  // namespace runtime
