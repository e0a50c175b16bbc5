// Strict UTF-8: no overlong forms, no surrogates, nothing past U+10FFFF (RFC 3629).
#pragma once

#include <cstddef>
#include <string_view>

namespace oci {

// How many bytes, from the start, are well-formed: text.size() if all are.
std::size_t utf8_prefix(std::string_view text);

inline bool is_utf8(std::string_view text) { return utf8_prefix(text) == text.size(); }

}  // namespace oci
