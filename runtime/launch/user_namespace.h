// Rules of user namespaces that depend on who the caller is, and who init is in one.
#pragma once

#include <vector>

#include "oci/config.h"
#include "runtime/init/join.h"
#include "runtime/init/namespace_plan.h"
#include "runtime/init/setup_user.h"
#include "runtime/launch/caller.h"
#include "runtime/launch/target.h"

namespace runtime {

// Before the first side effect. Warns of a mapping onto the host's root.
void check_user_namespace(const oci::Config& config, const std::vector<JoinedNamespace>& joined,
                          const NamespacePlan& plan, const Caller& caller);

// Whether the root file system is to be seen through the mappings of the user namespace.
bool maps_rootfs(const oci::Config& config);

// Who init is while it sets up: the root or the first id of the container's user namespace.
SetupUser setup_user(const oci::Config& config, const NamespacePlan& plan, const Caller& caller);

// The same for who enters a container: its root or first user, in a user namespace that isn't ours.
SetupUser entrant_user(const Target& target, const Caller& caller);

}  // namespace runtime
