// Values for D-Bus, and the text format in which users write them ("GVariant Text Format").
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace runtime::cgroup {

// A value as busctl(1) is given it: its D-Bus type, and words, where an array begins with the
// number of its elements. {"as", {"2", "a", "b"}}
struct BusValue {
  std::string signature;
  std::vector<std::string> words;

  bool operator==(const BusValue&) const = default;
};

// true, 'text', "text", 5 (an int32), uint64 5, 1.5 and arrays of one of these: [uint64 1, 2], @as
// []. Throws when it is anything else.
BusValue parse_gvariant(std::string_view text);

}  // namespace runtime::cgroup
