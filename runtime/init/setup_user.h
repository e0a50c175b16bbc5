// Who init is while it sets the container up in a user namespace: its root, or the first id there.
#pragma once

#include <cstdint>
#include <string>

#include "oci/process.h"
#include "runtime/protocol/channel.h"

namespace runtime {

// What may be done about supplementary groups. In a user namespace that an ordinary user has made
// they can't be changed (user_namespaces(7)).
enum class Groups { Set, SetIfPermitted, Keep };

struct SetupUser {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  Groups groups = Groups::Set;
  // Before the user namespace is entered, because in it perhaps nobody may.
  bool leaves_groups = false;
};

// Waits until the parent has mapped the ids of a new user namespace we are the first in, and knows
// us.
void await_host(Channel& parent);

// Before a user namespace that exists is entered. The groups of root would be a way to the host's
// files; an ordinary user keeps its own, which the kernel lets nobody take from it.
void leave_groups(const SetupUser& user);

// In a user namespace new or joined. Ends with the parent-death signal set again, which a change of
// ids takes away.
void become_setup_user(const SetupUser& user);

// What SetIfPermitted comes to: from the kernel, by the host's /proc. The other two stay.
Groups permitted_groups(Groups wanted);
// The same in the user namespace of a process whose folder in /proc that is.
Groups permitted_groups(const std::string& process);

// Lets the log know of the user's groups that the program will not have.
void note_lost_groups(const oci::User& user, Groups groups);

}  // namespace runtime
