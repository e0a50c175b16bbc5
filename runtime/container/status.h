// The status of a container: derived from facts at the time of asking, never stored.
#pragma once

#include <optional>
#include <string_view>

#include "base/fd.h"
#include "base/process.h"
#include "oci/state.h"
#include "runtime/container/record.h"
#include "runtime/container/state_dir.h"

namespace runtime {

// What is known of a container: its record (the state's, else the intent's, else none when create
// was killed before it wrote any) and what follows from it.
struct Container {
  std::optional<Record> record;
  oci::Status status = oci::Status::Stopped;
  // The init process's, 0 when it has ended.
  pid_t pid = 0;

  bool is_alive() const noexcept { return pid != 0; }
};

// Throws when the records are there but can't be read.
Container inspect(const StateDir& dir);
// The same for `delete --force`: a record that can't be read is passed over, the intent serves in
// place of the state, and with neither there is nothing to know.
Container inspect_whatever_is_left(const StateDir& dir);

// What /proc says of the process, ended or not; empty when it has been reaped, whoever has its pid
// now.
std::optional<sys::ProcessStat> stat_of(const ProcessIdentity& identity);

// Whether nothing more comes of the process: it has ended, or SIGKILL is on its way to it.
bool is_ending(const ProcessIdentity& identity);

// A process, held so that a signal can't hit another that got its pid: opened first, then its
// identity checked. Empty when the recorded process is gone.
std::optional<base::OwnedFd> open_process(const Record& record, const ProcessIdentity& identity);

// What a user would call the process, where an error is about it.
inline constexpr std::string_view kInit = "container init";

// To be asked when a process has been told to become the program and has closed its channel, which
// it does by that, and by its end: throws if it was the end. A seccomp filter can kill it there, or
// take away the call by which it would say what is wrong.
// Of one that somebody else may reap before we look, the `pidfd` tells the end (Linux 6.15), though
// not whether a program came first: one that a filter ends in that moment counts as none, and one
// that SIGKILL has ended as one that ran.
void check_executed(const ProcessIdentity& process, base::BorrowedFd pidfd,
                    std::string_view who = kInit);

// A process, as it is written into records; and this command, before it clones.
ProcessIdentity identity_of(pid_t pid);
ProcessIdentity own_identity();

// The document of `state` and `list`; of a container without any record only the id and status.
oci::State describe(const ContainerId& id, const Container& container);
// The document of hooks, and what the above is made of.
oci::State describe(const Record& record, oci::Status status, pid_t pid);

}  // namespace runtime
