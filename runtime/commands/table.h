// What commands print for people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace runtime {

// Rows of equally many cells; the first one is the heading.
using Table = std::vector<std::vector<std::string>>;

// One line for each row, the columns below each other.
std::string format_table(Table table);

// Three digits or so, in units of 1024: "17B", "1.50KiB", "15.3MiB", "153GiB".
std::string human_size(std::uint64_t bytes);

}  // namespace runtime
