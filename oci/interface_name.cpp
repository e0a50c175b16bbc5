#include "oci/interface_name.h"

#include "oci/rules.h"

namespace oci {

bool is_interface_name(std::string_view name) {
  constexpr std::size_t kLongest = 15;
  return !name.empty() && name.size() <= kLongest && name != "." && name != ".." &&
         // Of "%d" the kernel would make the next number that is free.
         name.find_first_of("/: %") == std::string_view::npos && !has_control_characters(name);
}

}  // namespace oci
