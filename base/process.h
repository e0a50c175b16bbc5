// The process calls of the kernel: clone3, pidfds, waiting, signals, identity. Typed wrappers named
// as the calls are; they throw base::Error.
#pragma once

#include <csignal>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/fd.h"

namespace sys {

using base::BorrowedFd;
using base::OwnedFd;

struct Cloned {
  pid_t pid = 0;  // 0 in the child
  OwnedFd pidfd;  // of the child, in the parent
};

// clone3(2), Linux 5.3, without CLONE_VM: both sides go on with copies of everything. `flags` are
// CLONE_NEW*, and CLONE_PARENT for a sibling; the child's exit signal is SIGCHLD. With `cgroup` the
// child is born in that cgroup2 folder (CLONE_INTO_CGROUP, Linux 5.7).
Cloned clone3(std::uint64_t flags, const OwnedFd* cgroup);
// The same; with `error`, and no process, where there is no room: EBUSY in a cgroup that hands its
// controllers on to others below it (cgroups(7), "no internal processes"), EAGAIN at its pids.max,
// or another limit.
struct CloneResult {
  Cloned process;
  int error = 0;
};
CloneResult try_clone3(std::uint64_t flags, const OwnedFd* cgroup);
// The same by clone(2), under a seccomp filter that wants to see the flags, as most do.
CloneResult try_clone(std::uint64_t flags);

void unshare(std::uint64_t flags);
void close_range_cloexec(unsigned first);
// Closes every descriptor from `first` on but those to be kept. Part of the tail before exec, hence
// no exception: the errno, or 0.
int try_close_all_except(int first, std::initializer_list<int> kept) noexcept;

// Empty when there is no such process.
std::optional<OwnedFd> pidfd_open(pid_t pid);
// The process's number in our pid namespace. Throws when it has none there, or has been reaped.
pid_t pid_of(BorrowedFd pidfd);
// A descriptor of another process, which its number names there (Linux 5.6). Empty when it has none
// of that number, as when it has ended. It takes the right to trace the process.
std::optional<OwnedFd> pidfd_getfd(BorrowedFd pidfd, int number);
// False when the process is gone (ESRCH).
bool pidfd_send_signal(BorrowedFd pidfd, int signal);
// Waits until the process has ended or `timeout_ms` have passed (-1: for ever): true if it ended.
bool wait_for_exit(BorrowedFd pidfd, int timeout_ms);

// Waits for one of poll(2)'s `events` (or an error condition) for `timeout_ms` at most.
bool poll_for(BorrowedFd fd, short events, int timeout_ms);
void sleep_ms(int duration_ms);
void sleep_us(int duration_us);  // of less than a second

// How a child ended, in the terms of a shell: its status, or 128 + the signal.
struct Exit {
  bool by_signal = false;
  int value = 0;  // the status or the signal
  int shell_status() const noexcept { return by_signal ? 128 + value : value; }
};
// Reaps our child. Empty when it isn't (any longer) a child of ours.
std::optional<Exit> reap(BorrowedFd pidfd);

// What /proc/<pid>/stat says of a process; fields as proc(5) numbers them.
struct ProcessStat {
  char state = '?';              // (3)
  pid_t parent = 0;              // (4), 0: none in our pid namespace
  unsigned flags = 0;            // (9), PF_*
  std::uint64_t start_time = 0;  // (22), clock ticks since boot
  unsigned pending = 0;          // (31), signals of the thread's own, (1 << number - 1) for each
  int exit_code = 0;             // (52), as wait(2) gives it; 0 unless we may trace the process
  bool alive() const noexcept { return state != 'Z' && state != 'X' && state != 'x'; }
  // PF_FORKNOEXEC: cloned, and not yet become another program. Only the kernel clears it, in the
  // execve that succeeds, so it tells a container that waits for `start` from one that runs.
  bool before_exec() const noexcept { return (flags & 0x40) != 0; }
  // Nothing more comes of it, though it may still be seen: PF_EXITING, or SIGKILL, which the kernel
  // has pending in each thread of whoever is killed.
  bool is_ending() const noexcept {
    return !alive() || (flags & 0x4) != 0 || (pending & 0x100) != 0;
  }
};
// Empty when there is no such process; throws when that can't be seen. Of a thread it is what it
// says of its own.
std::optional<ProcessStat> process_stat(pid_t pid);
// The parser of the above: the name in parentheses may hold anything, also ") R 1".
std::optional<ProcessStat> parse_process_stat(std::string_view line);

// The fields of such a line behind the name, views into it, of which the first is number 3; none
// when it is no such line.
inline constexpr std::size_t kFirstStatField = 3;
std::vector<std::string_view> process_stat_fields(std::string_view line);

// The line of /proc/self/stat, read only once. A clone must not ask for it: it is its parent's.
const std::string& own_stat_line();

// The process that a thread is of. Empty when there is no such thread.
std::optional<pid_t> process_of_thread(pid_t thread);
// Who follows a thread by ptrace(2), 0 for nobody that we can name. Empty when there is no thread.
std::optional<pid_t> tracer_of(pid_t thread);
// The numbers of a process's threads; none when it has ended.
std::vector<pid_t> threads_of(pid_t pid);

// Throws where /proc doesn't show the processes of our pid namespace: in any other their numbers
// mean other processes. Looks only until it has been so once.
void check_procfs();

// The kernel's random id of this boot, 36 characters. Read once.
const std::string& boot_id();

// prctl(2): the signal this process gets when its parent dies.
void set_parent_death_signal(int signal);
void set_dumpable(bool dumpable);
void set_no_new_privileges();
void set_keep_capabilities(bool keep);

// Blocks every signal that can be blocked and returns the descriptor from which next_signal takes
// them (signalfd(2)). SIGCHLD is no longer ignored, should our caller have arranged that: the
// kernel would reap our child for us.
OwnedFd take_over_signals();
int next_signal(BorrowedFd signals);

// All 64 signals to their default action and none blocked, so that the payload does not inherit
// what our caller (nohup, Go) had arranged.
void reset_signals();

// While it lives, writing where nobody reads any more is an error to be told by write(2), and not
// the end of us (SIGPIPE).
class BrokenPipesIgnored {
 public:
  BrokenPipesIgnored() noexcept : before_(std::signal(SIGPIPE, SIG_IGN)) {}
  ~BrokenPipesIgnored() { std::signal(SIGPIPE, before_); }
  BrokenPipesIgnored(const BrokenPipesIgnored&) = delete;
  BrokenPipesIgnored& operator=(const BrokenPipesIgnored&) = delete;

 private:
  void (*before_)(int);
};

// What a caller may have made of signals that we depend on, and the kernel of one. Writing past
// RLIMIT_FSIZE is an error to be told by write(2), and not the end of us (SIGXFSZ). Children are
// ours to reap: were SIGCHLD ignored, which execve(2) leaves so, the kernel would do it.
void settle_signals();

// Gives descriptors 0 to 2 that the caller left closed to /dev/null. Before anything is opened,
// which would take their place: what is written to the standard streams would go into it.
void fill_standard_streams();

// execveat(2) of the file itself; returns only by throwing.
[[noreturn]] void fexecve(BorrowedFd file, char* const* argv, char* const* envp);

// Leaves a cloned child without running the parent's clean-up.
[[noreturn]] void leave_child(int status) noexcept;

}  // namespace sys
