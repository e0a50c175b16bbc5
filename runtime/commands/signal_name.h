// Signals as people and engines write them.
#pragma once

#include <string_view>

namespace runtime {

// "TERM", "SIGTERM", "sigterm", "15", "SIGRTMIN+3"; 0, which only asks whether the process is
// there. Throws `unknown signal "X"`.
int parse_signal(std::string_view text);

}  // namespace runtime
