// subreaper PROGRAM [ARGUMENT...]: runs a program as the nearest child subreaper (prctl(2)) of what
// it leaves behind, as conmon and containerd's shim do. Says "ended STATUS" of the program itself
// and then "orphan STATUS" of each process it gets to bury, until there are none.
//
// A test tool, since no shell can be one.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

int shell_status(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t program = fork();
  if (program == 0) {
    execv(argv[1], argv + 1);
    std::fprintf(stderr, "subreaper: %s: %s\n", argv[1], std::strerror(errno));
    _exit(127);
  }
  int status = 0;
  if (waitpid(program, &status, 0) < 0) return 1;
  std::printf("ended %d\n", shell_status(status));
  while (wait(&status) > 0) std::printf("orphan %d\n", shell_status(status));
  return 0;
}
