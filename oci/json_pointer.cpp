// JSON pointers (RFC 6901), as messages show them.
#include "oci/json_pointer.h"

#include "base/text.h"

namespace oci {

namespace {

constexpr std::size_t kLongestSegment = 64;

}  // namespace

void append_pointer_segment(std::string& pointer, std::string_view segment) {
  pointer += '/';
  for (const char c : segment.substr(0, kLongestSegment)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else if (byte < 0x20 || byte == 0x7f) {
      pointer += base::cat("\\x", base::hex(byte));
    } else {
      pointer += c;
    }
  }
  if (segment.size() > kLongestSegment) pointer += "...";
}

std::string member_pointer(std::string_view parent, std::string_view key) {
  std::string pointer(parent);
  append_pointer_segment(pointer, key);
  return pointer;
}

std::string place_of_annotation(std::string_view key) {
  return base::cat("config.json: ", member_pointer("/annotations", key));
}

}  // namespace oci
