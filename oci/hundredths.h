// A number with two decimals, such as a percentage: counted in hundredths, so that what the kernel
// writes comes out again as it was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oci {

struct Hundredths {
  std::uint64_t count = 0;
};

// "12.34", always with two decimals; a JSON number as well.
std::string text_of(Hundredths number);

// The same backwards: digits, a point, two digits. nullopt if it is anything else.
std::optional<Hundredths> parse_hundredths(std::string_view text);

}  // namespace oci
