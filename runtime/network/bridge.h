// The bridge of the host that an interface is attached to: somebody's, or made by us when the first
// container needs it and removed with the last.
#pragma once

#include "netlink/socket.h"
#include "runtime/network/interface.h"
#include "runtime/network/registry.h"

namespace runtime::network {

// Before anything is made: throws when it isn't there and isn't to be made, or can't do what is
// asked of it.
void check_bridge(netlink::Socket& host, const Interface& interface);

// Its index. Makes it, or adds to one of ours what this interface needs, if that is asked for.
int provide_bridge(netlink::Socket& host, const Interface& interface);

// If it is one of ours, nobody's container is attached to it any longer, and nobody has made
// another use of it.
void remove_unused_bridge(Registry& registry, const std::string& name);

}  // namespace runtime::network
