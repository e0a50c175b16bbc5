// fault-at REPORT [PROCESS:]CALL FAULT COMMAND…: runs the command under ptrace, and at the CALLth
// system call that it (process 0) or its PROCESSth clone enters (without PROCESS: that any of them
// enters) does to it what FAULT says:
//
//   kill          kills the command          self     kills the process that makes the call
//   group         kills its process group    caller   kills us, whose child it is
//   delay         lets it wait for 300 ms    ENOSPC   or another errno: it fails with that, undone;
//                                                     only calls that can fail count then
//   short         what it reads or writes is cut to one byte; only such calls count then
//
// A clone is followed until it executes a program; what the dynamic loader calls does not count, or
// a static executable before main. The report says "pid PID", then "hit PROCESS:CALL NAME" if there
// was such a call (never with CALL 0), and at last "calls N…", how many each process made. The exit
// status is the command's, as a shell would have it; 124 if it had to be killed because it did not
// end within 10 s.
//
// A test tool: it proves that whatever the fault, the outcome is one of those wanted.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "call_facts.h"
#include "registers.h"

namespace {

constexpr int kFailed = 125;
constexpr int kHung = 124;
constexpr unsigned kPatience = 10;
constexpr useconds_t kDelay = 300'000;
constexpr int kSyscallStop = SIGTRAP | 0x80;
constexpr int kAnyProcess = -1;

enum class Kind { Kill, Self, Group, Caller, Delay, Short, Errno };

struct Fault {
  Kind kind;
  int error = 0;
};

struct Aim {
  int process;
  long call;
};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "fault-at: %s: %s\n", what, std::strerror(errno));
  std::exit(kFailed);
}

[[noreturn]] void become(char** command) {
  setpgid(0, 0);
  // Until the tracer has taken hold of us.
  raise(SIGSTOP);
  execvp(command[0], command);
  fail(command[0]);
}

Fault parse_fault(std::string_view word) {
  constexpr std::pair<std::string_view, Kind> kKinds[] = {
      {"kill", Kind::Kill},     {"self", Kind::Self},   {"group", Kind::Group},
      {"caller", Kind::Caller}, {"delay", Kind::Delay}, {"short", Kind::Short}};
  for (const auto& [name, kind] : kKinds) {
    if (word == name) return {kind};
  }
  for (int code = 1; code < 256; ++code) {
    const char* name = strerrorname_np(code);
    if (name != nullptr && word == name) return {Kind::Errno, code};
  }
  errno = EINVAL;
  fail("FAULT");
}

Aim parse_aim(const std::string& word) {
  const auto colon = word.find(':');
  if (colon == std::string::npos) return {kAnyProcess, std::atol(word.c_str())};
  return {std::atoi(word.c_str()), std::atol(word.c_str() + colon + 1)};
}

// A call that is being changed, until it returns.
struct Change {
  pid_t pid = 0;
  long result = 0;
  std::optional<int> argument;           // the index of one that is to be restored
  std::optional<unsigned long> address;  // or where in its memory there is
  unsigned long before = 0;
};

// The addresses at which the dynamic loader is; it is far smaller than that.
struct Loader {
  unsigned long begin = 0;
  bool has(unsigned long address) const { return begin != 0 && address - begin < 0x40000; }
};

Loader loader_of(pid_t pid) {
  Loader loader;
  const int fd = open(("/proc/" + std::to_string(pid) + "/auxv").c_str(), O_RDONLY | O_CLOEXEC);
  unsigned long entry[2];
  while (read(fd, entry, sizeof entry) == sizeof entry) {
    if (entry[0] == AT_BASE) loader.begin = entry[1];
  }
  close(fd);
  return loader;
}

class Run {
 public:
  Run(std::FILE* report, Aim aim, Fault fault, pid_t command)
      : report_(report), aim_(aim), fault_(fault), command_(command) {
    index_of(command);
  }

  // One stop or end of a traced process. Returns whether there is more to come.
  bool follow() {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == EINTR) return give_up();
    if (pid < 0) return false;
    if (WIFSTOPPED(status)) {
      stopped(pid, status);
      return true;
    }
    if (pid != command_) return true;
    if (!hung_) result_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return false;
  }

  int finish() const {
    std::fputs("calls", report_);
    for (const long calls : calls_) std::fprintf(report_, " %ld", calls);
    std::fputs("\n", report_);
    return result_;
  }

 private:
  bool give_up() {
    hung_ = true;
    result_ = kHung;
    kill(command_, SIGKILL);
    return true;
  }

  // By the order in which they were cloned.
  std::size_t index_of(pid_t pid) {
    const auto [place, is_new] = processes_.try_emplace(pid, calls_.size());
    if (is_new) calls_.push_back(0);
    return place->second;
  }

  void stopped(pid_t pid, int status) {
    const std::size_t process = index_of(pid);
    const int event = status >> 16;
    if (event == PTRACE_EVENT_EXEC && pid != command_) {
      processes_.erase(pid);
      ptrace(PTRACE_DETACH, pid, nullptr, 0);
      return;
    }
    if (event == PTRACE_EVENT_EXEC) begin(pid);
    if (event == PTRACE_EVENT_CLONE || event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
      note_clone(pid);
    }
    if (WSTOPSIG(status) == kSyscallStop) at_call(pid, process);
    const bool is_ours =
        WSTOPSIG(status) == kSyscallStop || event != 0 || WSTOPSIG(status) == SIGSTOP;
    ptrace(PTRACE_SYSCALL, pid, nullptr, is_ours ? 0 : WSTOPSIG(status));
  }

  // Also of one that is killed before it makes a call, or that shows itself later.
  void note_clone(pid_t parent) {
    unsigned long child = 0;
    if (ptrace(PTRACE_GETEVENTMSG, parent, nullptr, &child) == 0) {
      index_of(static_cast<pid_t>(child));
    }
  }

  // The command, by now or once more.
  void begin(pid_t pid) {
    has_begun_ = true;
    loader_ = loader_of(pid);
    is_before_main_ = loader_.begin == 0;
  }

  // Of a static executable: the last that its libc does is to protect what it has relocated.
  bool is_before_main(const __ptrace_syscall_info& info) {
    const bool before = is_before_main_;
    if (info.entry.nr == SYS_mprotect) is_before_main_ = false;
    return before;
  }

  // Entry and exit of a call stop alike; only the kernel knows which this is.
  void at_call(pid_t pid, std::size_t process) {
    __ptrace_syscall_info info{};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0) return;
    if (info.op == PTRACE_SYSCALL_INFO_EXIT && pid == change_.pid) return restore();
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY || is_before_main(info) || !counts(pid, info)) return;
    ++calls_[process];
    ++all_calls_;
    const bool is_it = aim_.process == kAnyProcess ? all_calls_ == aim_.call
                                                   : static_cast<int>(process) == aim_.process &&
                                                         calls_[process] == aim_.call;
    if (is_it) hit(pid, process, info);
  }

  bool counts(pid_t pid, const __ptrace_syscall_info& info) const {
    if (!has_begun_ || loader_.has(info.instruction_pointer)) return false;
    if (fault_.kind == Kind::Short) {
      return length_argument(info.entry.nr) || length_address(pid, info);
    }
    return fault_.kind != Kind::Errno || can_fail(info.entry.nr);
  }

  void hit(pid_t pid, std::size_t process, const __ptrace_syscall_info& info) {
    std::fprintf(report_, "hit %zu:%ld %s\n", process, calls_[process], name_of(info).c_str());
    std::fflush(report_);
    switch (fault_.kind) {
      case Kind::Kill: kill(command_, SIGKILL); break;
      case Kind::Self: kill(pid, SIGKILL); break;
      case Kind::Group: kill(-command_, SIGKILL); break;
      case Kind::Caller: raise(SIGKILL); break;
      case Kind::Delay: usleep(kDelay); break;
      case Kind::Short: shorten(pid, info); break;
      case Kind::Errno:
        change_.pid = pid;
        change_.result = -fault_.error;
        // Whatever close(2) returns, the descriptor is closed.
        if (info.entry.nr != SYS_close) Registers(pid).drop_call();
        break;
    }
  }

  void shorten(pid_t pid, const __ptrace_syscall_info& info) {
    change_.pid = pid;
    change_.argument = length_argument(info.entry.nr);
    change_.address = length_address(pid, info);
    if (change_.address) {
      change_.before =
          static_cast<unsigned long>(ptrace(PTRACE_PEEKDATA, pid, *change_.address, nullptr));
      ptrace(PTRACE_POKEDATA, pid, *change_.address, std::min(change_.before, 1UL));
    } else {
      change_.before = info.entry.args[*change_.argument];
      Registers(pid).set_argument(*change_.argument, std::min(change_.before, 1UL));
    }
  }

  // Of what the process may rely on only the result is another.
  void restore() {
    if (change_.address) {
      ptrace(PTRACE_POKEDATA, change_.pid, *change_.address, change_.before);
    } else if (change_.argument) {
      Registers(change_.pid).set_argument(*change_.argument, change_.before);
    } else {
      Registers(change_.pid).set_result(change_.result);
    }
    change_ = {};
  }

  std::FILE* report_;
  Aim aim_;
  Fault fault_;
  pid_t command_;
  std::map<pid_t, std::size_t> processes_;
  std::vector<long> calls_;
  long all_calls_ = 0;
  Loader loader_;
  bool is_before_main_ = false;
  Change change_;
  bool has_begun_ = false;
  bool hung_ = false;
  int result_ = kFailed;
};

void seize(pid_t command) {
  if (waitpid(command, nullptr, WUNTRACED) < 0) fail("waitpid");
  constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                            PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC;
  if (ptrace(PTRACE_SEIZE, command, nullptr, kOptions) != 0) fail("PTRACE_SEIZE");
  kill(command, SIGCONT);
}

// So that the wait for a process that hangs is interrupted.
void limit_time() {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  sigaction(SIGALRM, &action, nullptr);
  alarm(kPatience);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: fault-at REPORT [PROCESS:]CALL FAULT COMMAND...\n");
    return kFailed;
  }
  const Aim aim = parse_aim(argv[2]);
  const Fault fault = parse_fault(argv[3]);
  std::FILE* report = std::fopen(argv[1], "we");
  if (report == nullptr) fail(argv[1]);
  const pid_t command = fork();
  if (command < 0) fail("fork");
  if (command == 0) become(argv + 4);
  std::fprintf(report, "pid %d\n", command);
  seize(command);
  limit_time();
  Run run(report, aim, fault, command);
  while (run.follow()) {
  }
  // What it cloned is let go by our end.
  return run.finish();
}
