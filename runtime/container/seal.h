// A checksum in a record, as its last member: a record of which a bit has changed would otherwise
// name another process or another cgroup, and be believed.
#pragma once

#include <string>
#include <string_view>

namespace runtime {

// The JSON object with one more member, `"checksum":N`: what cksum(1) says of the text before it.
std::string sealed(std::string_view object);

// Whether it is an object as it was sealed, to the byte.
bool is_intact(std::string_view text);

}  // namespace runtime
