// Everything about a launch that is known, opened and refused before its first side effect.
#pragma once

#include <optional>
#include <vector>

#include "base/fd.h"
#include "runtime/container/record.h"
#include "runtime/init/join.h"
#include "runtime/init/namespace_plan.h"
#include "runtime/launch/bundle.h"
#include "runtime/launch/caller.h"
#include "runtime/launch/cgroup_choice.h"
#include "runtime/launch/inherited_fds.h"
#include "runtime/launch/launch.h"
#include "runtime/launch/outputs.h"
#include "runtime/launch/relabelling.h"
#include "runtime/network/plan.h"
#include "runtime/resctrl/group.h"

namespace runtime {

struct Prepared {
  InheritedFds inherited;
  Caller caller;
  // What the caller has no right to is left out, as far as the config doesn't ask for it.
  bool tolerant = false;
  Bundle bundle;
  std::vector<RelabelledTree> relabelled;
  std::vector<JoinedNamespace> joined;
  NamespacePlan plan;
  network::Plan network;
  PidFile pid_file;
  base::OwnedFd console;               // not valid: the terminal's master, if any, stays with us
  base::OwnedFd pidfd_receiver;        // not valid: nobody asked
  base::OwnedFd agent;                 // not valid: the filter asks for none
  std::optional<Departure> departure;  // of init from the executable; empty: we have left it
  CgroupChoice cgroup;
  std::optional<resctrl::Group> resctrl_group;  // linux.intelRdt

  const oci::Config& config() const { return bundle.config; }
};

Prepared prepare(const LaunchRequest& request);

// What is written down before anything is made.
Record make_record(const LaunchRequest& request, const Prepared& prepared);

}  // namespace runtime
