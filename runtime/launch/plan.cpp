#include "runtime/launch/plan.h"

#include <algorithm>

#include "runtime/init/namespace_kind.h"

namespace runtime {

using oci::NamespaceType;

namespace {

bool joins(const std::vector<JoinedNamespace>& joined, NamespaceType type) {
  return std::any_of(joined.begin(), joined.end(),
                     [&](const JoinedNamespace& each) { return each.type == type; });
}

// CLONE_NEW* of all that are to be new.
std::uint64_t new_flags(const oci::Linux& config) {
  std::uint64_t flags = 0;
  for (const NamespaceKind& kind : kNamespaceKinds) {
    if (oci::has_new_namespace(config, kind.type)) flags |= kind.clone_flag;
  }
  return flags;
}

// What only a parent can do for its child: put it into a pid namespace, make its clocks, and enter
// the user namespace that its new ones shall belong to, or, before it leaves ours for a new one,
// those that belong to ours.
bool needs_joiner(const std::vector<JoinedNamespace>& joined, const NamespacePlan& plan) {
  return plan.sets_clocks || joins(joined, NamespaceType::Pid) ||
         joins(joined, NamespaceType::User) || (plan.new_user_namespace() && !joined.empty());
}

}  // namespace

NamespacePlan plan_namespaces(const oci::Linux& config, const std::vector<JoinedNamespace>& joined,
                              const Caller& caller) {
  NamespacePlan plan;
  plan.clone_flags = new_flags(config);
  plan.unshare_cgroup = (plan.clone_flags & CLONE_NEWCGROUP) != 0;
  plan.clone_flags &= ~std::uint64_t{CLONE_NEWCGROUP};
  plan.new_network = (plan.clone_flags & CLONE_NEWNET) != 0;
  plan.shares_mounts = oci::find_namespace(config, NamespaceType::Mount) == nullptr;
  plan.shares_pids = (plan.clone_flags & CLONE_NEWPID) == 0;
  plan.sets_clocks = (plan.clone_flags & CLONE_NEWTIME) != 0 && !config.time_offsets.empty();
  if (plan.sets_clocks) plan.clone_flags &= ~std::uint64_t{CLONE_NEWTIME};
  plan.in_user_namespace = plan.new_user_namespace() || joins(joined, NamespaceType::User);
  plan.needs_joiner = needs_joiner(joined, plan);
  // Who may not make a time namespace may in a user namespace of its own.
  if (plan.sets_clocks && plan.init_is_first() && !caller.may_administer()) {
    plan.clone_flags &= ~std::uint64_t{CLONE_NEWUSER};
    plan.joiner_flags = CLONE_NEWUSER;
  }
  return plan;
}

}  // namespace runtime
