// The session keyring of a container: keys of the caller's session must not be the container's.
#pragma once

#include <string>

namespace runtime::security {

// "_ses.<id>", as runc names it: how administrators tell the keyrings in /proc/keys apart.
std::string session_keyring_name(const std::string& container_id);

// Leaves the caller's session keyring for a new one of that name. A kernel without keys is fine.
void join_session_keyring(const std::string& name);

}  // namespace runtime::security
