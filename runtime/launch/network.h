// What the launch does about the container's network: its own interfaces (docs/networking.md) and
// devices of the host that move in (config-linux.md#network-devices).
#pragma once

#include <sys/types.h>
#include <vector>

#include "base/fd.h"
#include "oci/config.h"
#include "runtime/container/record.h"
#include "runtime/container/state_dir.h"
#include "runtime/init/join.h"
#include "runtime/launch/caller.h"
#include "runtime/network/plan.h"

namespace runtime {

// Before anything is made. Throws what can't be had.
network::Plan plan_network(const oci::Config& config, const std::vector<JoinedNamespace>& joined,
                           const Caller& caller);

// Gives the interfaces what is theirs for as long as the container is there, and says so in the
// annotations.
std::vector<network::Attachment> take_addresses(network::Plan& plan, const StateDir& container,
                                                oci::Config& config);

// The network namespace that devices are to be moved to: of the process, unless one is joined.
// Kept by whoever may have to take them back; not valid if there are none.
base::OwnedFd open_device_namespace(const network::Plan& plan,
                                    const std::vector<JoinedNamespace>& joined, pid_t init);

// The host's half: for init, which configures what it finds.
void furnish_network(const network::Plan& plan, const Record& record, pid_t init,
                     base::BorrowedFd device_namespace);

}  // namespace runtime
