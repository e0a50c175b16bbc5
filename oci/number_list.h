// Lists of CPUs and of memory nodes, as the kernel and the specification write them: "0-3, 7".
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace oci {

// Bit n of the whole stands for number n; as the kernel takes them.
using NumberSet = std::vector<unsigned long>;

// Numbers below 65536 and ascending ranges, blanks around them allowed. nullopt if it is anything
// else, the empty list included.
std::optional<NumberSet> parse_number_list(std::string_view text);

}  // namespace oci
