#include "runtime/recorder/tracer.h"

#include <utility>

#include "base/process.h"

namespace runtime::recorder {

using sys::TraceEventKind;

bool Tracer::seize(pid_t process, Role role) {
  if (follows(process)) return false;
  bool any = false;
  // Until a pass finds none that is new: a thread that isn't ours yet may clone another. What one
  // of ours clones comes to us by itself.
  for (bool again = true; std::exchange(again, false);) {
    for (const pid_t thread : sys::threads_of(process)) {
      if (threads_.contains(thread) || !seize_thread(process, thread, role)) continue;
      any = again = true;
    }
  }
  return any;
}

bool Tracer::seize_thread(pid_t process, pid_t thread, Role role) {
  if (!sys::ptrace_seize(thread)) return false;
  threads_[thread] = {process, true};
  Process& owner = processes_[process];
  owner.role = role;
  owner.threads.insert(thread);
  // From the system call that it is in, or from its next step. One that is gone tells by an event.
  sys::ptrace_interrupt(thread);
  return true;
}

Tracer::Progress Tracer::handle_events() {
  // Processes that never rest must not keep us from our signals.
  constexpr int kMost = 1000;
  for (int count = 0; count < kMost; ++count) {
    const sys::TraceWait next = sys::next_trace_event();
    if (!next.event) return next.nobody_left ? Progress::NobodyLeft : Progress::Waiting;
    handle(*next.event);
  }
  return Progress::Busy;
}

// A thread that has been cloned may stop before its parent has told of it, and that one may be
// killed before it does: so it is the new thread itself that is asked.
Tracer::Thread& Tracer::find(pid_t thread) {
  const auto known = threads_.find(thread);
  if (known != threads_.end()) return known->second;
  const pid_t process = sys::process_of_thread(thread).value_or(thread);
  const auto [owner, is_new] = processes_.try_emplace(process);
  if (is_new) owner->second.role = role_of_stranger(process);
  owner->second.threads.insert(thread);
  return threads_[thread] = {process};
}

// With CLONE_PARENT, or when its parent has ended, a child shows a parent that isn't ours.
Role Tracer::role_of_stranger(pid_t process) const {
  const auto stat = sys::process_stat(process);
  if (!stat) return Role::Program;
  const auto parent = processes_.find(stat->parent);
  if (parent != processes_.end()) return parent->second.role;
  return Role::Program;
}

void Tracer::forget(pid_t thread) {
  const auto known = threads_.find(thread);
  if (known == threads_.end()) return;
  const auto owner = processes_.find(known->second.process);
  owner->second.threads.erase(thread);
  if (owner->second.threads.empty()) processes_.erase(owner);
  threads_.erase(known);
}

void Tracer::handle(const sys::TraceEvent& event) {
  const pid_t number = event.thread;
  switch (event.kind) {
    case TraceEventKind::Ended: return forget(number);
    case TraceEventKind::GroupStop:
      find(number);
      sys::ptrace_listen(number);
      return;
    case TraceEventKind::Call: note_call(find(number), sys::entered_call(number)); break;
    case TraceEventKind::Trap: note_trap(number); break;
    case TraceEventKind::Exec: note_exec(number); break;
    case TraceEventKind::Signal:
    case TraceEventKind::NewThread: break;
  }
  sys::ptrace_resume(number, event.signal);
}

void Tracer::note_call(Thread& thread, const std::optional<sys::SystemCall>& call) {
  if (!call) return;
  Process& process = processes_.at(thread.process);
  if (process.role == Role::Program) return record(process, *call);
  thread.last_call = call;
}

void Tracer::note_trap(pid_t number) {
  Thread& thread = find(number);
  if (std::exchange(thread.is_seized, false)) note_call(thread, sys::interrupted_call(number));
}

// The thread has its process's number from now on, whatever it was. The others have ended, which
// they told us before; but for the first, whose place it takes.
void Tracer::note_exec(pid_t number) {
  const pid_t before = sys::thread_before_exec(number).value_or(number);
  const auto last_call = find(before).last_call;
  find(number).last_call.reset();
  if (before != number) forget(before);
  Process& process = processes_.at(number);
  if (std::exchange(process.role, Role::Program) == Role::Setup && last_call) {
    record(process, *last_call);
  }
}

void Tracer::record(Process& process, const sys::SystemCall& call) {
  recording_.add(call.arch, call.number, call.arguments);
  if (!std::exchange(process.is_recorded, true)) ++recorded_processes_;
}

}  // namespace runtime::recorder
