// JSON pointers (RFC 6901), as messages show them.
#pragma once

#include <string>
#include <string_view>

namespace oci {

// Adds "/segment" with the RFC's escapes, and what a one-line message needs on top: control
// characters as \x.., long segments cut.
void append_pointer_segment(std::string& pointer, std::string_view segment);

// The pointer of the member `key` of the object at `parent`.
std::string member_pointer(std::string_view parent, std::string_view key);

// Where a message about an annotation says it is: "config.json: /annotations/<key>".
std::string place_of_annotation(std::string_view key);

}  // namespace oci
