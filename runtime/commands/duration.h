// Durations as people write them to runc, which takes Go's.
#pragma once

#include <chrono>
#include <string_view>

namespace runtime {

// "5s", "500ms", "1m30s", "1.5h"; the units are h, m, s, ms, us and ns. Throws unless it is one,
// and longer than nothing.
std::chrono::nanoseconds parse_duration(std::string_view text);

}  // namespace runtime
