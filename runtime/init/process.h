// The steps that turn a process into the user of the config (config.md#process), be it init or one
// that enters the container later.
#pragma once

#include <initializer_list>

#include "oci/process.h"
#include "runtime/init/setup_user.h"
#include "runtime/security/capabilities.h"

namespace runtime {

// A session of its own, every signal at its default, no standing on the caller's terminal.
void detach_from_caller();

// config.md#posix-process rlimits. Last of what needs privilege, because a low limit of open files
// or of address space would hinder the steps before.
void set_limits(const oci::Process& process);

// Standard streams that are not the container's user's are given to it, whosever they were, so that
// it can reopen them by /dev/stdout; but for the null device, and what we may not give away.
void own_standard_streams(const oci::User& user);

// All but the standard ones, the `passed` that follow them, and those to be kept.
void close_descriptors(int passed, std::initializer_list<int> kept);

// Groups, ids, working directory, capabilities, umask, no_new_privs: in the one order that works.
void become_user(const oci::Process& process, const security::CapabilitySets& capabilities,
                 Groups groups);

}  // namespace runtime
