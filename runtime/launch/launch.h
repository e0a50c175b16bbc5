// The parent's half of a launch: from a bundle to a container that waits to be started.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/child_process.h"
#include "base/fd.h"
#include "base/interruption.h"
#include "runtime/cgroup/driver.h"
#include "runtime/container/id.h"
#include "runtime/container/record.h"
#include "runtime/container/state_dir.h"
#include "runtime/launch/cgroup_choice.h"
#include "runtime/launch/own_executable.h"
#include "runtime/protocol/channel.h"

namespace runtime {

// Who says Start: a later `start` at the container's gate, or this very command.
enum class StartedBy { Gate, Parent };

struct LaunchRequest {
  ContainerId id;
  std::string state_root;
  std::string bundle;          // relative to the working directory
  std::string console_socket;  // empty: the terminal's master stays with us
  std::string pid_file;        // empty: none
  std::string pidfd_socket;    // empty: none
  bool new_keyring = true;     // a session keyring of its own
  bool no_pivot = false;       // the host's root can't be pivoted
  int preserve_fds = 0;        // --preserve-fds
  CgroupManager cgroup_manager = CgroupManager::Cgroupfs;
  std::optional<bool> rootless;  // --rootless; absent: as the caller turns out to be
  StartedBy started_by = StartedBy::Gate;
  bool notify = false;    // the program gets a NOTIFY_SOCKET
  bool attended = false;  // this command stays, and takes the terminal if no socket does
  // For `seccomp record`: as if the config had no linux.seccomp, and the init open to our tracer.
  bool recorded = false;
  OwnExecutable* executable = nullptr;  // null: nothing of it goes into the container (restore)
};

// A container that exists, in the hands of the command that made it. Its init, our child, is killed
// with this object unless released; the state folder (locked) and the cgroup are the caller's to
// keep or to remove.
struct Made {
  StateDir dir;
  Record record;
  std::unique_ptr<cgroup::Driver> cgroups;  // has its cgroup's hierarchies open
  base::ChildProcess init;
  base::OwnedFd console_master;  // a terminal without a console socket
};

struct Launched : Made {
  Channel channel;  // StartedBy::Parent: Start goes here
  sys::Interruption interruption;
  bool filtered = false;  // by linux.seccomp, which can be init's end when it is started
};

// Throws with everything undone, also when it is interrupted.
Launched launch(const LaunchRequest& request);

}  // namespace runtime
