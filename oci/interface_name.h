// The names of network interfaces.
#pragma once

#include <string_view>

namespace oci {

// What the kernel takes (dev_valid_name()): 1 to 15 bytes, no '/', ':' or space, not "." or "..".
// But no control characters, and no '%', which would make a template of it.
bool is_interface_name(std::string_view name);

}  // namespace oci
