#include "runtime/checkpoint/criu_choices.h"

#include "base/helper.h"
#include "base/text.h"
#include "oci/annotations.h"

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
  for (const std::string_view line : base::split(table, '\n')) {
    // "4:cpu,cpuacct:/path", and "0::/path" of cgroup2.
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const std::string path(line.substr(second + 1));
    for (const auto controller : base::split(line.substr(first + 1, second - first - 1), ',')) {
      roots.push_back({std::string(controller), path});
    }
  }
  return roots;
}

}  // namespace runtime
