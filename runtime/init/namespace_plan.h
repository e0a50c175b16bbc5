// Which process makes or enters which namespaces: decided by launch/plan.h, carried out by the
// parent, the joiner and init.
#pragma once

#include <cstdint>
#include <linux/sched.h>

namespace runtime {

struct NamespacePlan {
  std::uint64_t clone_flags = 0;   // CLONE_NEW* of init's clone
  std::uint64_t joiner_flags = 0;  // CLONE_NEW* of the joiner's
  bool needs_joiner = false;       // else init itself enters what is joined
  bool sets_clocks = false;        // a time namespace with offsets, which the joiner makes
  bool unshare_cgroup = false;     // late, by init, once it is in its cgroup
  bool new_network = false;
  bool shares_mounts = false;      // no mount namespace of its own
  bool shares_pids = false;        // no pid namespace of its own: processes may outlive init
  bool in_user_namespace = false;  // one that isn't the runtime's, new or joined

  // Whoever is the first in a new user namespace waits for its mappings.
  bool joiner_is_first() const noexcept { return (joiner_flags & CLONE_NEWUSER) != 0; }
  bool init_is_first() const noexcept { return (clone_flags & CLONE_NEWUSER) != 0; }
  bool new_user_namespace() const noexcept { return joiner_is_first() || init_is_first(); }
  // And init of a joiner until the parent knows of it, lest it be heard before it is announced.
  bool init_awaits_host() const noexcept { return init_is_first() || needs_joiner; }
};

}  // namespace runtime
