// The processes of a cgroup folder and all below it: listing, signalling, and telling what keeps
// one of them from ending.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "base/fd.h"

namespace runtime::cgroup {

// Sorted, each once. A process of another pid namespace than ours appears as 0.
std::vector<pid_t> list_processes(base::BorrowedFd folder);

// Those of them that a freezer, which has been told to, has not stopped. All of them when the
// kernel doesn't tell where they wait.
std::vector<pid_t> unfrozen_processes(base::BorrowedFd folder);

// Sends `signal` to every process once, those that are forked meanwhile included as far as a
// bounded number of passes finds them. A pid is never trusted: each signal goes through a
// descriptor of a process that was seen in the cgroup after the descriptor had been opened.
void signal_processes(base::BorrowedFd folder, int signal);

// For an error: "1234 (sleep) in state D, waiting in folio_wait_bit", one after the other, "; "
// between them, cut after a few.
std::string describe_processes(const std::vector<pid_t>& pids);

// The pids of a cgroup.procs file are appended.
void parse_pids(std::string_view text, std::vector<pid_t>& pids);
// One process of describe_processes; from /proc/<pid>/status and /proc/<pid>/wchan.
std::string describe_process(pid_t pid, std::string_view status, std::string_view wait_channel);

}  // namespace runtime::cgroup
