// What the launch will do about namespaces: pure, decided from the config before anything is made.
#pragma once

#include <cstdint>

#include "oci/config_linux.h"

namespace runtime {

struct LaunchPlan {
  std::uint64_t clone_flags = 0;  // CLONE_NEW* for clone3
  bool unshare_cgroup = false;    // late, by the child, once it is in its cgroup
  bool new_network = false;
  bool shares_pids = false;  // no pid namespace of its own: processes may outlive init
};

LaunchPlan plan_launch(const oci::Linux& config);

}  // namespace runtime
