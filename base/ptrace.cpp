#include "base/ptrace.h"

#include <cerrno>
#include <csignal>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"

namespace sys {

using base::cat;
using base::Error;

namespace {

// Of a Call's stop, because of PTRACE_O_TRACESYSGOOD.
constexpr int kCallStop = SIGTRAP | 0x80;

// ESRCH is of a thread that has ended, or is just being killed.
bool is_there(const char* request, pid_t thread, long result) {
  if (result >= 0) return true;
  if (errno != ESRCH) throw Error(cat(request, ' ', thread), errno);
  return false;
}

TraceEventKind kind_of_stop(int event, int signal) noexcept {
  switch (event) {
    case 0: return signal == kCallStop ? TraceEventKind::Call : TraceEventKind::Signal;
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE: return TraceEventKind::NewThread;
    case PTRACE_EVENT_EXEC: return TraceEventKind::Exec;
    default: return signal == SIGTRAP ? TraceEventKind::Trap : TraceEventKind::GroupStop;
  }
}

}  // namespace

TraceEvent trace_event(pid_t thread, int status) noexcept {
  if (!WIFSTOPPED(status)) return {thread, TraceEventKind::Ended, 0};
  const int signal = WSTOPSIG(status);
  const TraceEventKind kind = kind_of_stop(status >> 16, signal);
  return {thread, kind, kind == TraceEventKind::Signal ? signal : 0};
}

bool ptrace_seize(pid_t thread) {
  constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                            PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
  const long result = ptrace(PTRACE_SEIZE, thread, nullptr, kOptions);
  if (result >= 0 || errno != EPERM) return is_there("PTRACE_SEIZE", thread, result);
  // The same answer is for a zombie, and for one that has a tracer.
  const auto stat = process_stat(thread);
  const pid_t tracer = tracer_of(thread).value_or(0);
  if (!stat || !stat->alive() || tracer == getpid()) return false;
  if (tracer != 0) throw Error(cat("process ", thread, " is traced by process ", tracer));
  throw Error(cat("PTRACE_SEIZE ", thread), EPERM);
}

bool ptrace_interrupt(pid_t thread) {
  return is_there("PTRACE_INTERRUPT", thread, ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr));
}

bool ptrace_resume(pid_t thread, int signal) {
  return is_there("PTRACE_SYSCALL", thread, ptrace(PTRACE_SYSCALL, thread, nullptr, signal));
}

bool ptrace_listen(pid_t thread) {
  return is_there("PTRACE_LISTEN", thread, ptrace(PTRACE_LISTEN, thread, nullptr, nullptr));
}

namespace {

std::optional<__ptrace_syscall_info> syscall_info(pid_t thread) {
  __ptrace_syscall_info info{};
  const long got = ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info);
  if (!is_there("PTRACE_GET_SYSCALL_INFO", thread, got)) return std::nullopt;
  return info;
}

// A number that doesn't fit is that of no call: -1, by which a tracer or a signal cancels one.
std::optional<SystemCall> make_call(std::uint64_t number) {
  if (number > INT32_MAX) return std::nullopt;
  SystemCall call;
  call.number = static_cast<std::uint32_t>(number);
  return call;
}

}  // namespace

std::optional<SystemCall> entered_call(pid_t thread) {
  const auto info = syscall_info(thread);
  if (!info || info->op != PTRACE_SYSCALL_INFO_ENTRY) return std::nullopt;
  auto call = make_call(info->entry.nr);
  if (!call) return std::nullopt;
  call->arch = info->arch;
  for (std::size_t i = 0; i < call->arguments.size(); ++i) {
    call->arguments[i] = info->entry.args[i];
  }
  return call;
}

std::optional<SystemCall> parse_interrupted_call(std::string_view line) {
  const auto words = base::split(line, ' ');
  const auto number = base::parse_int<std::uint64_t>(words.front());
  if (!number) return std::nullopt;
  auto call = make_call(*number);
  if (!call || words.size() <= call->arguments.size()) return std::nullopt;
  for (std::size_t i = 0; i < call->arguments.size(); ++i) {
    const std::string_view word = words[i + 1];
    const auto value = base::parse_int<std::uint64_t>(word.substr(word.find('x') + 1), 16);
    if (!value) return std::nullopt;
    call->arguments[i] = *value;
  }
  return call;
}

std::optional<SystemCall> interrupted_call(pid_t thread) {
  const auto info = syscall_info(thread);
  const ReadResult read =
      try_read_file(BorrowedFd::cwd(), cat("/proc/", thread, "/syscall").c_str());
  if (!info || read.error != 0) return std::nullopt;
  auto call = parse_interrupted_call(read.bytes);
  if (call) call->arch = info->arch;
  return call;
}

std::optional<pid_t> thread_before_exec(pid_t thread) {
  unsigned long message = 0;
  const long result = ptrace(PTRACE_GETEVENTMSG, thread, nullptr, &message);
  if (!is_there("PTRACE_GETEVENTMSG", thread, result)) return std::nullopt;
  return static_cast<pid_t>(message);
}

TraceWait next_trace_event() {
  int status = 0;
  const pid_t thread = waitpid(-1, &status, __WALL | WNOHANG);
  if (thread > 0) return {trace_event(thread, status), false};
  if (thread < 0 && errno != ECHILD) throw Error("waitpid", errno);
  return {std::nullopt, thread < 0};
}

}  // namespace sys
