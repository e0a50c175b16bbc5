// The child's half of `exec`: a process that enters a container which exists and becomes one more
// program in it (docs/decisions/exec.md).
#pragma once

#include <cstdint>
#include <linux/sched.h>
#include <string>

#include "base/error.h"
#include "base/fd.h"
#include "oci/config.h"
#include "runtime/cgroup/membership.h"
#include "runtime/init/setup_user.h"
#include "runtime/protocol/channel.h"
#include "runtime/security/capabilities.h"

namespace runtime {

// What the parent has decided and acquired for it.
struct EntrantPlan {
  const oci::Config& config;   // the container's, with the process that is to run
  base::BorrowedFd container;  // pidfd of its init
  std::uint64_t namespaces;    // CLONE_NEW*: those of init's to enter
  const base::OwnedFd& root;   // not valid: where its mount namespace leads
  SetupUser setup_user;        // its groups decided
  security::CapabilitySets capabilities;
  int passed_fds = 0;                             // descriptors 3… that the program gets
  std::string session_keyring;                    // its name; empty: the caller's stays
  const base::OwnedFd* console_socket = nullptr;  // null: the master goes to the parent
  bool tolerant = false;                          // what takes a privilege we lack is left out
  bool attended = false;                          // the program ends with its parent
  bool scheduled_outside = false;                 // the parent sets the program's priorities
  bool traceable = false;                         // by its caller's other processes
  // The parent has something to do to the process before it is the program, and says Start then.
  bool awaits_start = false;
  // Somebody inside may lay hold of the program as soon as it is cloned: the filter is loaded
  // before.
  bool filters_first = false;

  bool enters_user_namespace() const noexcept { return (namespaces & CLONE_NEWUSER) != 0; }
  bool enters_pid_namespace() const noexcept { return (namespaces & CLONE_NEWPID) != 0; }
};

// What it means when neither it nor the program can be cloned, not even outside the container's
// cgroup.
base::Error no_room(int error);

// Runs in the new process. Where the container has processes of its own numbering this one prepares
// everything and clones the program's, which it tells the parent of (Spawned), and ends.
[[noreturn]] void run_entrant(const EntrantPlan& plan, const cgroup::Membership& membership,
                              Channel parent) noexcept;

}  // namespace runtime
