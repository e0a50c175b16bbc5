// kill-at N COMMAND…: runs the command under ptrace and kills it with SIGKILL at the Nth system
// call that it or any process it clones enters. What it cloned is let go and lives on by its own
// rules. Exit status 0: killed; 3: it ended before; its own status is printed then.
//
// A test tool: it proves that whatever the moment, `delete --force` finds everything.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int kKilled = 0;
constexpr int kFailed = 1;
constexpr int kEndedBefore = 3;
constexpr int kSyscallStop = SIGTRAP | 0x80;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "kill-at: %s: %s\n", what, std::strerror(errno));
  std::exit(kFailed);
}

[[noreturn]] void become(char** command) {
  // Until the tracer has taken hold of us.
  raise(SIGSTOP);
  execvp(command[0], command);
  fail(command[0]);
}

// Entry and exit of a call stop alike; only the kernel knows which this is.
bool is_entry(pid_t pid) {
  __ptrace_syscall_info info{};
  const auto got = ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info);
  return got > 0 && info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

int signal_to_deliver(int status) {
  const int signal = WSTOPSIG(status);
  const bool is_event = status >> 16 != 0;
  return signal == kSyscallStop || is_event || signal == SIGSTOP ? 0 : signal;
}

// One stop or end of a traced process. Returns whether there is more to come.
bool follow(pid_t command, long& left, int& result) {
  int status = 0;
  const pid_t pid = waitpid(-1, &status, __WALL);
  if (pid < 0) return false;
  if (WIFEXITED(status) || WIFSIGNALED(status)) {
    if (pid != command) return true;
    std::printf("ended with status %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 255);
    return false;
  }
  if (WSTOPSIG(status) == kSyscallStop && is_entry(pid) && --left == 0) {
    kill(command, SIGKILL);
    result = kKilled;
    return false;
  }
  ptrace(PTRACE_SYSCALL, pid, nullptr, signal_to_deliver(status));
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  long left = argc > 2 ? std::atol(argv[1]) : 0;
  if (left <= 0) {
    std::fprintf(stderr, "usage: kill-at N COMMAND...\n");
    return kFailed;
  }
  const pid_t command = fork();
  if (command < 0) fail("fork");
  if (command == 0) become(argv + 2);
  if (waitpid(command, nullptr, WUNTRACED) < 0) fail("waitpid");
  constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                            PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC;
  if (ptrace(PTRACE_SEIZE, command, nullptr, kOptions) != 0) fail("PTRACE_SEIZE");
  kill(command, SIGCONT);
  int result = kEndedBefore;
  while (follow(command, left, result)) {
  }
  // The rest is detached by our end; only the command itself is reaped here.
  if (result == kKilled) waitpid(command, nullptr, 0);
  return result;
}
