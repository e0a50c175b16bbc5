#include "base/process.h"

#include <cerrno>
#include <climits>
#include <ctime>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
extern "C" {  // glibc 2.36 forgot to say it there
#include <sys/pidfd.h>
}

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace sys {

using base::cat;
using base::Error;

namespace {

// The pidfd by reference, because it is written by the call that makes the other argument.
CloneResult clone_result(const char* call, long pid, const int& pidfd) {
  if (pid < 0 && (errno == EBUSY || errno == EAGAIN)) return {{}, errno};
  if (pid < 0) throw Error(call, errno);
  return {Cloned{static_cast<pid_t>(pid), pid > 0 ? OwnedFd(pidfd) : OwnedFd()}};
}

}  // namespace

CloneResult try_clone3(std::uint64_t flags, const OwnedFd* cgroup) {
  int pidfd = -1;
  clone_args args{};
  args.flags = flags | CLONE_PIDFD | (cgroup != nullptr ? CLONE_INTO_CGROUP : 0U);
  args.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
  // A sibling has its exit signal from its cloner already.
  args.exit_signal = (flags & CLONE_PARENT) != 0 ? 0 : SIGCHLD;
  if (cgroup != nullptr) args.cgroup = static_cast<unsigned>(cgroup->raw());
  return clone_result("clone3", syscall(SYS_clone3, &args, sizeof args), pidfd);
}

CloneResult try_clone(std::uint64_t flags) {
  int pidfd = -1;
  const std::uint64_t all = flags | CLONE_PIDFD | SIGCHLD;
  const long pid = syscall(SYS_clone, all, nullptr, &pidfd, nullptr, nullptr);
  return clone_result("clone", pid, pidfd);
}

Cloned clone3(std::uint64_t flags, const OwnedFd* cgroup) {
  CloneResult result = try_clone3(flags, cgroup);
  if (result.error != 0) throw Error("clone3", result.error);
  return std::move(result.process);
}

void unshare(std::uint64_t flags) {
  if (::unshare(static_cast<int>(flags)) != 0) throw Error("unshare", errno);
}

void close_range_cloexec(unsigned first) {
  if (::close_range(first, ~0U, CLOSE_RANGE_CLOEXEC) != 0) throw Error("close_range", errno);
}

int try_close_all_except(int first, std::initializer_list<int> kept) noexcept {
  // The gaps between the kept ones, from below.
  for (;;) {
    int next = INT_MAX;
    for (const int fd : kept) {
      if (fd >= first && fd < next) next = fd;
    }
    const bool gap = next > first;
    const auto last = next == INT_MAX ? ~0U : static_cast<unsigned>(next) - 1;
    if (gap && ::close_range(static_cast<unsigned>(first), last, 0) != 0) return errno;
    if (next == INT_MAX) return 0;
    first = next + 1;
  }
}

std::optional<OwnedFd> pidfd_open(pid_t pid) {
  const int fd = ::pidfd_open(pid, 0);
  if (fd < 0 && errno == ESRCH) return std::nullopt;
  if (fd < 0) throw Error(cat("pidfd_open ", pid), errno);
  return OwnedFd(fd);
}

std::optional<OwnedFd> pidfd_getfd(BorrowedFd pidfd, int number) {
  OwnedFd fd(static_cast<int>(syscall(SYS_pidfd_getfd, pidfd.raw(), number, 0)));
  if (fd.valid()) return fd;
  if (errno == EBADF || errno == ESRCH) return std::nullopt;
  throw Error("pidfd_getfd", errno);
}

bool pidfd_send_signal(BorrowedFd pidfd, int signal) {
  if (::pidfd_send_signal(pidfd.raw(), signal, nullptr, 0) == 0) return true;
  if (errno != ESRCH) throw Error(cat("pidfd_send_signal ", signal), errno);
  return false;
}

bool wait_for_exit(BorrowedFd pidfd, int timeout_ms) { return poll_for(pidfd, POLLIN, timeout_ms); }

bool poll_for(BorrowedFd fd, short events, int timeout_ms) {
  pollfd entry{fd.raw(), events, 0};
  for (;;) {
    const int ready = poll(&entry, 1, timeout_ms);
    if (ready >= 0) return ready > 0;
    if (errno != EINTR) throw Error("poll", errno);
  }
}

void sleep_ms(int duration_ms) { poll(nullptr, 0, duration_ms); }

void sleep_us(int duration_us) {
  const timespec duration{0, duration_us * 1000L};
  nanosleep(&duration, nullptr);
}

std::optional<Exit> reap(BorrowedFd pidfd) {
  siginfo_t info{};
  int failed = 0;
  do {
    failed = waitid(P_PIDFD, static_cast<id_t>(pidfd.raw()), &info, WEXITED);
  } while (failed != 0 && errno == EINTR);
  if (failed != 0 && errno == ECHILD) return std::nullopt;
  if (failed != 0) throw Error("waitid", errno);
  return Exit{info.si_code != CLD_EXITED, info.si_status};
}

std::vector<std::string_view> process_stat_fields(std::string_view line) {
  const auto name_end = line.rfind(')');
  if (name_end == std::string_view::npos || line.size() < name_end + 3) return {};
  constexpr std::size_t kFields = 50;
  return base::split(line.substr(name_end + 2), ' ', kFields);
}

std::optional<ProcessStat> parse_process_stat(std::string_view line) {
  const auto fields = process_stat_fields(line);
  constexpr std::size_t kParent = 4 - kFirstStatField;
  constexpr std::size_t kFlags = 9 - kFirstStatField;
  constexpr std::size_t kStartTime = 22 - kFirstStatField;
  constexpr std::size_t kPending = 31 - kFirstStatField;
  constexpr std::size_t kExitCode = 52 - kFirstStatField;
  if (fields.size() <= kPending || fields[0].size() != 1) return std::nullopt;
  const auto parent = base::parse_int<pid_t>(fields[kParent]);
  const auto flags = base::parse_int<unsigned>(fields[kFlags]);
  const auto start_time = base::parse_int<std::uint64_t>(fields[kStartTime]);
  const auto pending = base::parse_int<unsigned>(fields[kPending]);
  if (!parent || !flags || !start_time || !pending) return std::nullopt;
  ProcessStat stat{fields[0][0], *parent, *flags, *start_time, *pending};
  if (fields.size() > kExitCode) {
    const std::string_view last = fields[kExitCode];
    stat.exit_code = base::parse_int<int>(last.substr(0, last.find_first_of(" \n"))).value_or(0);
  }
  return stat;
}

std::optional<ProcessStat> process_stat(pid_t pid) {
  const std::string path = cat("/proc/", pid, "/stat");
  const ReadResult line = try_read_line(BorrowedFd::cwd(), path.c_str());
  // ESRCH: it ended between open and read.
  if (line.error == ENOENT || line.error == ESRCH) return std::nullopt;
  if (line.error != 0) throw Error(path, line.error);
  const auto stat = parse_process_stat(line.bytes);
  if (!stat) throw Error(cat(path, ": not a process's state"));
  return stat;
}

const std::string& own_stat_line() {
  static const std::string line = read_line(BorrowedFd::cwd(), "/proc/self/stat");
  return line;
}

void check_procfs() {
  static bool checked = false;
  if (checked) return;
  char self[16]{};
  const ssize_t length = readlink("/proc/self", self, sizeof self);
  if (length < 0 && errno != ENOENT) throw Error("readlink /proc/self", errno);
  const std::string_view text(self, length < 0 ? 0 : static_cast<std::size_t>(length));
  checked = base::parse_int<pid_t>(text) == getpid();
  if (!checked) throw Error("/proc is not mounted, or is that of another pid namespace");
}

pid_t pid_of(BorrowedFd pidfd) {
  const std::string info =
      read_file(BorrowedFd::cwd(), cat("/proc/self/fdinfo/", pidfd.raw()).c_str());
  constexpr std::string_view kPid = "Pid:\t";
  for (const std::string_view line : base::split(info, '\n')) {
    if (!line.starts_with(kPid)) continue;
    const auto pid = base::parse_int<pid_t>(line.substr(kPid.size()));
    if (pid && *pid > 0) return *pid;
  }
  throw Error("the process behind a pidfd has no pid here");
}

namespace {

// A line of /proc/<pid>/status; `field` ends with a colon and a tab.
std::optional<pid_t> pid_in_status(pid_t thread, std::string_view field) {
  const ReadResult status =
      try_read_file(BorrowedFd::cwd(), cat("/proc/", thread, "/status").c_str());
  for (const std::string_view line : base::split(status.bytes, '\n')) {
    if (line.starts_with(field)) return base::parse_int<pid_t>(line.substr(field.size()));
  }
  return std::nullopt;
}

}  // namespace

std::optional<pid_t> process_of_thread(pid_t thread) { return pid_in_status(thread, "Tgid:\t"); }

std::optional<pid_t> tracer_of(pid_t thread) { return pid_in_status(thread, "TracerPid:\t"); }

std::vector<pid_t> threads_of(pid_t pid) {
  std::vector<pid_t> threads;
  const auto folder = open_if_exists(BorrowedFd::cwd(), cat("/proc/", pid, "/task").c_str(),
                                     O_RDONLY | O_DIRECTORY);
  if (!folder) return threads;
  for (const std::string& name : list_subdirectories(*folder)) {
    if (const auto thread = base::parse_int<pid_t>(name)) threads.push_back(*thread);
  }
  return threads;
}

const std::string& boot_id() {
  static const std::string id = [] {
    std::string line = read_line(BorrowedFd::cwd(), "/proc/sys/kernel/random/boot_id");
    line.resize(base::without_newline(line).size());
    return line;
  }();
  return id;
}

namespace {

void checked_prctl(const char* name, int option, unsigned long value) {
  if (prctl(option, value, 0UL, 0UL, 0UL) != 0) throw Error(cat("prctl ", name), errno);
}

}  // namespace

void set_parent_death_signal(int signal) {
  checked_prctl("PR_SET_PDEATHSIG", PR_SET_PDEATHSIG, static_cast<unsigned long>(signal));
}

void set_dumpable(bool dumpable) {
  checked_prctl("PR_SET_DUMPABLE", PR_SET_DUMPABLE, dumpable ? 1 : 0);
}

void set_no_new_privileges() { checked_prctl("PR_SET_NO_NEW_PRIVS", PR_SET_NO_NEW_PRIVS, 1); }

void set_keep_capabilities(bool keep) {
  checked_prctl("PR_SET_KEEPCAPS", PR_SET_KEEPCAPS, keep ? 1 : 0);
}

OwnedFd take_over_signals() {
  sigset_t all;
  sigfillset(&all);
  // Faults of our own are to end us as ever, and a shell's job in the background that wants the
  // terminal is to stop: were these two blocked, it would get errors, and change the terminal's
  // settings.
  for (const int left :
       {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGTTIN, SIGTTOU}) {
    sigdelset(&all, left);
  }
  if (sigprocmask(SIG_SETMASK, &all, nullptr) != 0) throw Error("sigprocmask", errno);
  OwnedFd signals(signalfd(-1, &all, SFD_CLOEXEC));
  if (!signals.valid()) throw Error("signalfd", errno);
  return signals;
}

int next_signal(BorrowedFd signals) {
  signalfd_siginfo info{};
  while (read(signals.raw(), &info, sizeof info) < 0) {
    if (errno != EINTR) throw Error("read from signalfd", errno);
  }
  return static_cast<int>(info.ssi_signo);
}

void reset_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  // EINVAL: SIGKILL, SIGSTOP and the two glibc keeps for itself; those have no other action than
  // the default one here.
  for (int signal = 1; signal < NSIG; ++signal) {
    if (sigaction(signal, &action, nullptr) != 0 && errno != EINVAL)
      throw Error("sigaction", errno);
  }
  sigset_t none;
  sigemptyset(&none);
  if (sigprocmask(SIG_SETMASK, &none, nullptr) != 0) throw Error("sigprocmask", errno);
}

void settle_signals() {
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);
}

namespace {

bool are_standard_streams_open() {
  return fcntl(STDIN_FILENO, F_GETFD) >= 0 && fcntl(STDOUT_FILENO, F_GETFD) >= 0 &&
         fcntl(STDERR_FILENO, F_GETFD) >= 0;
}

}  // namespace

void fill_standard_streams() {
  // A host may have no null device, which is no matter as long as all are open; and nearly always
  // they are.
  while (!are_standard_streams_open()) {
    OwnedFd lowest(open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!lowest.valid()) throw Error("open /dev/null", errno);
    base::pass_to_payload(lowest);
    lowest.release();
  }
}

void fexecve(BorrowedFd file, char* const* argv, char* const* envp) {
  execveat(file.raw(), "", argv, envp, AT_EMPTY_PATH);
  throw Error("execveat", errno);
}

void leave_child(int status) noexcept { _exit(status); }

}  // namespace sys
