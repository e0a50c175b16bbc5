// Watching other processes' system calls: ptrace(2) as PTRACE_SEIZE has it, which stops nobody who
// isn't told to. Typed wrappers; a thread that has ended meanwhile is an outcome (false or empty),
// since SIGKILL may end one at any moment, also while it is stopped.
//
// When the tracer ends, by whatever means, its tracees go on untraced: PTRACE_O_EXITKILL is not
// set.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <sys/types.h>

namespace sys {

// As seccomp_data has it: AUDIT_ARCH_*, and the number of a process of x32 with its bit 30.
struct SystemCall {
  std::uint32_t arch = 0;
  std::uint32_t number = 0;
  std::array<std::uint64_t, 6> arguments{};
};

enum class TraceEventKind {
  Ended,      // reaped, or no thread of ours any more
  Call,       // at the entry or the exit of a system call
  Signal,     // about to get a signal, which resume() delivers
  GroupStop,  // stopped as by SIGSTOP; listen() leaves it so
  NewThread,  // it has cloned; the new thread, traced as well, has a Trap of its own
  Exec,       // another program, in the thread that has the process's id now
  Trap        // the first stop of a new thread, that after interrupt(), and the end of a GroupStop
};

struct TraceEvent {
  pid_t thread = 0;
  TraceEventKind kind{};
  int signal = 0;  // of Signal

  bool operator==(const TraceEvent&) const = default;
};

// What a status of wait(2) says of a tracee.
TraceEvent trace_event(pid_t thread, int status) noexcept;

// Makes this process the tracer of a thread and of all that it clones. False: it has ended, or is a
// tracee of ours already. Throws where that is not permitted, or where somebody else traces it.
bool ptrace_seize(pid_t thread);
// Stops it: a Trap will tell of it.
bool ptrace_interrupt(pid_t thread);
// Goes on until the next entry or exit of a system call; `signal` is what it gets, 0 for none.
bool ptrace_resume(pid_t thread, int signal);
// Leaves a thread in its GroupStop, until SIGCONT ends that.
bool ptrace_listen(pid_t thread);

// The call that a stopped thread is entering. Empty at its exit.
std::optional<SystemCall> entered_call(pid_t thread);
// The call that a thread in a Trap was in the midst of, which the kernel will restart; some, those
// with a time limit, under the name restart_syscall, so that their own is never seen at an entry.
std::optional<SystemCall> interrupted_call(pid_t thread);
// In an Exec: the number that the thread had before.
std::optional<pid_t> thread_before_exec(pid_t thread);

// A line of /proc/<pid>/syscall; `arch` is the caller's to fill in. Empty for "running" and for a
// thread that is not in a system call.
std::optional<SystemCall> parse_interrupted_call(std::string_view line);

// The next event of any tracee, or of any child, without waiting for one.
struct TraceWait {
  std::optional<TraceEvent> event;
  bool nobody_left = false;  // there is no tracee and no child
};
TraceWait next_trace_event();

}  // namespace sys
