// count-work calls|instructions|addresses COMMAND…: runs the command under ptrace and says what it
// took, together with the processes that it clones until they execute a program: "calls N" or
// "instructions N", and "faults N", page faults without I/O. What the dynamic loader or the C
// library does before main counts as well, and of an instruction that repeats itself each round.
// "addresses" has before that a line for each instruction when it is first executed: "command
// ADDRESS" or, in a process that was cloned, "child ADDRESS"; the first is the entry point. The
// exit status is the command's.
//
// A test tool: unlike time these are the same on every run, or nearly so.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int kFailed = 125;
constexpr int kSyscallStop = SIGTRAP | 0x80;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "count-work: %s: %s\n", what, std::strerror(errno));
  std::exit(kFailed);
}

[[noreturn]] void become(char** command) {
  // The same addresses each time, which sizes of tables may depend on.
  personality(ADDR_NO_RANDOMIZE);
  raise(SIGSTOP);
  execvp(command[0], command);
  fail(command[0]);
}

// Field 10 of /proc/PID/stat.
long faults_of(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  // The name, which may have spaces in it.
  stat.ignore(std::numeric_limits<std::streamsize>::max(), ')');
  std::string skipped;
  for (int field = 3; field < 10; ++field) stat >> skipped;
  long faults = 0;
  stat >> faults;
  return faults;
}

class Count {
 public:
  Count(pid_t command, std::string_view what)
      : command_(command),
        request_(what == "calls" ? PTRACE_SYSCALL : PTRACE_SINGLESTEP),
        lists_addresses_(what == "addresses") {}

  // One stop or end of a traced process. Returns whether there is more to come.
  bool follow() {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == EINTR) return true;
    if (pid < 0) return false;
    if (WIFSTOPPED(status)) {
      stopped(pid, status);
      return true;
    }
    if (pid == command_) result_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return pid != command_;
  }

  int finish(const char* what) const {
    std::printf("%s %ld\nfaults %ld\n", what, amount_, faults_);
    return result_;
  }

 private:
  void stopped(pid_t pid, int status) {
    const int event = status >> 16;
    const int signal = WSTOPSIG(status);
    if (event == PTRACE_EVENT_EXEC && pid != command_) {
      end(pid);
      ptrace(PTRACE_DETACH, pid, nullptr, 0);
      return;
    }
    if (event == PTRACE_EVENT_EXEC) begin(pid);
    if (event == PTRACE_EVENT_EXIT) end(pid);
    if (event == 0 && has_begun_) count(pid, signal);
    const bool is_ours =
        event != 0 || signal == SIGTRAP || signal == kSyscallStop || signal == SIGSTOP;
    ptrace(has_begun_ ? request_ : PTRACE_CONT, pid, nullptr, is_ours ? 0 : signal);
  }

  void begin(pid_t pid) {
    has_begun_ = true;
    faults_ -= faults_of(pid);
    if (lists_addresses_) list_address(pid);
  }

  void end(pid_t pid) {
    if (has_begun_) faults_ += faults_of(pid);
  }

  void count(pid_t pid, int signal) {
    if (request_ == PTRACE_SINGLESTEP ? signal == SIGTRAP
                                      : signal == kSyscallStop && is_entry(pid)) {
      ++amount_;
      if (lists_addresses_) list_address(pid);
    }
  }

  void list_address(pid_t pid) {
    const bool is_child = pid != command_;
    const auto address = stop_of(pid).instruction_pointer;
    if (!(is_child ? in_child_ : in_command_).insert(address).second) return;
    std::printf("%s %llx\n", is_child ? "child" : "command",
                static_cast<unsigned long long>(address));
  }

  static __ptrace_syscall_info stop_of(pid_t pid) {
    __ptrace_syscall_info info{};
    ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info);
    return info;
  }

  // A call stops at its exit as well.
  static bool is_entry(pid_t pid) { return stop_of(pid).op == PTRACE_SYSCALL_INFO_ENTRY; }

  pid_t command_;
  __ptrace_request request_;
  bool lists_addresses_;
  std::set<unsigned long long> in_command_, in_child_;
  bool has_begun_ = false;
  long amount_ = 0;
  long faults_ = 0;
  int result_ = kFailed;
};

void seize(pid_t command) {
  if (waitpid(command, nullptr, WUNTRACED) < 0) fail("waitpid");
  constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                            PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT |
                            PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SEIZE, command, nullptr, kOptions) != 0) fail("PTRACE_SEIZE");
  kill(command, SIGCONT);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc < 3 ? "" : argv[1];
  if (what != "calls" && what != "instructions" && what != "addresses") {
    std::fprintf(stderr, "usage: count-work calls|instructions|addresses COMMAND...\n");
    return kFailed;
  }
  const pid_t command = fork();
  if (command < 0) fail("fork");
  if (command == 0) become(argv + 2);
  seize(command);
  Count count(command, what);
  while (count.follow()) {
  }
  return count.finish(what == "calls" ? "calls" : "instructions");
}
