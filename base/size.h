// Sizes as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace base {

// Bytes from "1073741824", "512m", "512MiB", "1.5G", "1gb": units are powers of 1024 whatever their
// spelling, as in runc's and Docker's options; a fraction only with a unit. "-1" is -1. Empty when
// it is no size or too large.
std::optional<std::int64_t> parse_size(std::string_view text);

}  // namespace base
