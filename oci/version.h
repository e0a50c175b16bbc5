// Which versions of the runtime specification this program implements.
#pragma once

#include <string_view>

namespace oci {

inline constexpr std::string_view spec_version = "1.3.0";
inline constexpr std::string_view oldest_spec_version = "1.0.0";

}  // namespace oci
