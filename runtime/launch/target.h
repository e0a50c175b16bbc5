// A container that exists and is to be entered.
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>

#include "base/fd.h"
#include "oci/config.h"
#include "runtime/container/id.h"
#include "runtime/container/record.h"

namespace runtime {

enum class Paused { Refused, Entered };

struct Target {
  Record record;
  oci::Config config;  // as it was at create, with the label that was chosen then
  pid_t pid = 0;       // of its init
  base::OwnedFd init;  // its pidfd
  // CLONE_NEW*: the namespaces that the container has and we are not in.
  std::uint64_t namespaces = 0;
  // Somebody in it may lay hold of a process that is on its way in, and would gain by one that is
  // not in the container's cgroup yet, or hasn't loaded its filter.
  bool has_tracers = false;
  // Its root, if no mount namespace leads there.
  base::OwnedFd root;
};

// What it means for whoever is on the way in that init is ending: the context of all that fails
// then. Empty when it isn't.
const char* explain_end(const Record& record);

// Throws unless the container is created or running. Who enters a paused one waits in it until it
// is resumed.
Target open_target(const std::string& state_root, const ContainerId& id, Paused paused);

}  // namespace runtime
