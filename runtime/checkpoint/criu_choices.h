// What the runtime chooses for CRIU where neither the user nor the container says it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oci/config.h"
#include "runtime/criu/request.h"

namespace runtime {

// Of org.criu.config; without that annotation the file that runc and crun look for.
std::string criu_config_file(const oci::Map<std::string>& annotations);

// CRIU's own choice is iptables(8), which a host of today may not have: then its other way.
criu::NetworkLock network_lock(criu::NetworkLock chosen);

// Pure: the cgroups that a /proc/<pid>/cgroup lists, one entry for each controller.
std::vector<criu::CgroupRoot> cgroup_roots(std::string_view table);

}  // namespace runtime
