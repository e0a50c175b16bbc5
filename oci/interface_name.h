// The names of network interfaces.
#pragma once

#include <string_view>

namespace oci {

// What the kernel takes (dev_valid_name()), and no control characters: 1 to 15 bytes, no '/', ':'
// or space, not "." or "..".
bool is_interface_name(std::string_view name);

}  // namespace oci
