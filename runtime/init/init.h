// The child's half of a launch: from the clone to the program.
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "oci/config.h"
#include "oci/state.h"
#include "runtime/cgroup/membership.h"
#include "runtime/init/departure.h"
#include "runtime/init/join.h"
#include "runtime/init/namespace_plan.h"
#include "runtime/init/setup_user.h"
#include "runtime/init/sysctl.h"
#include "runtime/network/plan.h"
#include "runtime/protocol/channel.h"
#include "runtime/rootfs/cgroup_view.h"
#include "runtime/rootfs/mount_plan.h"
#include "runtime/rootfs/sources.h"
#include "runtime/security/capabilities.h"

namespace runtime {

// Everything the parent has decided and acquired for the child, which has its own copy of it since
// the clone: nothing is serialised. Pointers may be null where said.
struct InitPlan {
  const oci::Config& config;
  std::string rootfs;          // absolute
  base::BorrowedFd rootfs_fd;  // the same folder as the parent opened it
  base::BorrowedFd bundle_fd;
  const std::vector<rootfs::MountStep>& mounts;
  const rootfs::MountLabel& mount_label;
  const rootfs::Sources& sources;
  const NamespacePlan& namespaces;
  const std::vector<JoinedNamespace>& joined;
  const network::Plan& network;
  SetupUser setup_user;
  // In another user namespace than the machine's first: device nodes can't be made there, and some
  // filesystems can't be mounted.
  bool restricted = false;
  const cgroup::Membership& membership;
  rootfs::CgroupView cgroups;
  security::CapabilitySets capabilities;
  bool create_hooks = false;                      // there are hooks to run before the pivot
  oci::State state;                               // for hooks, without the pid
  std::vector<std::string> added_env;             // beyond process.env
  bool names_pid = false;                         // LISTEN_PID is added, too: sockets are passed on
  int passed_fds = 0;                             // descriptors 3… that the program gets
  std::vector<HostNamespace> host_namespaces;     // whose parameters nobody may set
  bool no_pivot = false;                          // the root is moved over "/" instead
  std::string session_keyring;                    // its name; empty: the caller's stays
  base::OwnedFd notify_folder;                    // for NOTIFY_SOCKET; not valid: nobody listens
  const base::OwnedFd* console_socket = nullptr;  // null: the master goes to the parent
  const base::OwnedFd* start_gate = nullptr;      // null: the parent itself says Start
  bool scheduled_outside = false;                 // the parent sets its priorities
  bool traceable = false;                         // by its caller's other processes
  const Departure* departure = nullptr;           // null: the executable has been left already
};

// Runs in the new process; ends in the program, or tells the parent why not.
[[noreturn]] void run_init(const InitPlan& plan, Channel parent) noexcept;

}  // namespace runtime
