#include "runtime/launch/plan.h"

#include "runtime/launch/namespaces.h"

namespace runtime {

LaunchPlan plan_launch(const oci::Linux& config) {
  LaunchPlan plan;
  for (const NamespaceKind& kind : kNamespaceKinds) {
    if (oci::find_namespace(config, kind.type) == nullptr) continue;
    if (kind.type == oci::NamespaceType::Cgroup) {
      plan.unshare_cgroup = true;
    } else {
      plan.clone_flags |= kind.clone_flag;
    }
  }
  plan.new_network = (plan.clone_flags & CLONE_NEWNET) != 0;
  plan.shares_pids = (plan.clone_flags & CLONE_NEWPID) == 0;
  return plan;
}

}  // namespace runtime
