// Where the state of all containers is kept.
#pragma once

#include <string>

namespace runtime {

// Unless --root says otherwise: /run/runtime, or below XDG_RUNTIME_DIR for a user without
// privileges. Absolute.
std::string default_state_root();

// Why a user is at root's own, to which he has no right: words to follow "state root" in an error.
// Otherwise none.
const char* why_state_root(const std::string& path);

// The root in an error.
std::string shown_state_root(const std::string& path);

}  // namespace runtime
