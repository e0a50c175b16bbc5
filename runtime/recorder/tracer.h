// Follows processes by ptrace(2) and records what system calls they make.
//
// Not recorded is what the runtime does itself: a process that it has cloned into the container is
// recorded from its successful execve on, that call included, because the filter is loaded before
// it; so it is with the hooks that the container's init runs until then.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/ptrace.h"
#include "seccomp/recording.h"

namespace runtime::recorder {

// Whose calls a process makes.
enum class Role {
  Setup,   // the runtime's, until its execve
  Program  // the container's own
};

class Tracer {
 public:
  explicit Tracer(std::vector<std::string> by_argument) : recording_(std::move(by_argument)) {}

  // All threads of a process that is not followed yet; it has ended, or is followed already: false.
  // Throws when it can't be.
  bool seize(pid_t process, Role role);
  // Deals with what has happened to the processes, but not for ever: Busy is to be asked again.
  enum class Progress { Waiting, Busy, NobodyLeft };
  Progress handle_events();

  bool follows(pid_t process) const { return processes_.contains(process); }
  const seccomp::Recording& recording() const noexcept { return recording_; }
  // Of how many processes something is in it.
  std::size_t recorded_processes() const noexcept { return recorded_processes_; }

 private:
  struct Process {
    Role role{};
    bool is_recorded = false;  // something of it
    std::set<pid_t> threads{};
  };
  struct Thread {
    pid_t process = 0;
    bool is_seized = false;  // in the midst of something, perhaps, which we have interrupted
    std::optional<sys::SystemCall> last_call{};  // of the runtime's own
  };

  bool seize_thread(pid_t process, pid_t thread, Role role);
  Thread& find(pid_t thread);
  Role role_of_stranger(pid_t process) const;
  void forget(pid_t thread);
  void handle(const sys::TraceEvent& event);
  void note_call(Thread& thread, const std::optional<sys::SystemCall>& call);
  void note_trap(pid_t number);
  void note_exec(pid_t number);
  void record(Process& process, const sys::SystemCall& call);

  seccomp::Recording recording_;
  std::map<pid_t, Process> processes_;
  std::map<pid_t, Thread> threads_;
  std::size_t recorded_processes_ = 0;
};

}  // namespace runtime::recorder
