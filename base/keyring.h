// The keyring calls of the kernel, keyctl(2). Typed wrappers.
#pragma once

#include <cstdint>

namespace sys {

// KEYCTL_JOIN_SESSION_KEYRING: the keyring of that name, if there is one that the process may
// search, else a new one; null: a new one without a name of its own. The errno, or 0.
int try_join_session_keyring(const char* name) noexcept;

// The permissions of the session keyring, KEYCTL_DESCRIBE: a byte each for its possessor, user,
// group and others.
std::uint32_t session_keyring_permissions();
// KEYCTL_SETPERM: the same, for whose it is.
void set_session_keyring_permissions(std::uint32_t permissions);

}  // namespace sys
