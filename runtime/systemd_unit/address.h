// Where the message bus of a manager is.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace systemd {

enum class Whose { Machine, User };

// The value of an environment variable; null when it isn't set.
using Environment = std::function<const char*(const char* name)>;

// The D-Bus address: what the environment says (DBUS_SYSTEM_BUS_ADDRESS or
// DBUS_SESSION_BUS_ADDRESS), else the conventional place, for a user's in $XDG_RUNTIME_DIR or,
// without it, /run/user/<uid>: some callers give a later command next to no environment.
std::string bus_address(Whose whose, const Environment& environment, uid_t uid);

// The user we are for the machine's first user namespace; `uid_map` is that of /proc/self.
uid_t outer_uid(std::string_view uid_map, uid_t uid);

}  // namespace systemd
