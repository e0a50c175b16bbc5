#include "runtime/checkpoint/criu_choices.h"

#include "base/helper.h"
#include "base/text.h"
#include "oci/annotations.h"
#include "runtime/cgroup/layout.h"

namespace runtime {

std::string criu_config_file(const oci::Map<std::string>& annotations) {
  const std::string* file = oci::find(annotations, oci::annotation::criu_config);
  return file != nullptr ? *file : "/etc/criu/runc.conf";
}

criu::NetworkLock network_lock(criu::NetworkLock chosen) {
  if (chosen != criu::NetworkLock::Unset || base::find_helper("iptables-restore")) return chosen;
  return criu::NetworkLock::Nftables;
}

std::vector<criu::CgroupRoot> cgroup_roots(std::string_view table) {
  std::vector<criu::CgroupRoot> roots;
  for (const cgroup::CgroupLine& line : cgroup::parse_proc_cgroup(table)) {
    for (const std::string_view controller : base::split(line.name, ',')) {
      roots.push_back({std::string(controller), std::string(line.path)});
    }
  }
  return roots;
}

}  // namespace runtime
