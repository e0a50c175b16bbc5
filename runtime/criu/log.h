// What CRIU's log says of a failure. Pure.
#pragma once

#include <string>
#include <string_view>

namespace runtime::criu {

// The last errors in it, in one line, "; " between them; empty if it has none. Three texts of errno
// are reworded, because engines take them for the container's program missing (base/error.h).
std::string last_errors(std::string_view log);

}  // namespace runtime::criu
