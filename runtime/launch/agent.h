// The agent that decides calls for a container (config-linux.md#seccomp listenerPath): who it is,
// and what it is given.
#pragma once

#include <string_view>

#include "base/child_process.h"
#include "base/fd.h"
#include "oci/config_linux.h"
#include "oci/state.h"
#include "runtime/launch/conversation.h"
#include "runtime/protocol/channel.h"

namespace runtime {

// Connects to the agent; not valid when the profile has none, or no use for one.
base::OwnedFd connect_agent(const oci::Linux& config);

// Fetches the listener of a process that is about to load its filter, and sends it to the agent
// with the container process state. `who` is what a user would call the process.
void engage_agent(const base::OwnedFd& agent, const oci::Seccomp& profile, const oci::State& state,
                  Channel& channel, base::ChildProcess& process, std::string_view who = kInit);

}  // namespace runtime
