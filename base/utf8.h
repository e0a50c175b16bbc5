// UTF-8, as strict as the JSON that carries it has to be: no overlong forms, no surrogates, nothing
// past U+10FFFF (RFC 3629).
#pragma once

#include <cstddef>
#include <string_view>

namespace base {

// The length of the well-formed sequence at the start of `text`, which is not empty; 0 if it is
// none.
std::size_t utf8_sequence_length(std::string_view text) noexcept;

// How many bytes, from the start, are well-formed: text.size() if all are.
std::size_t utf8_prefix(std::string_view text) noexcept;

inline bool is_utf8(std::string_view text) noexcept { return utf8_prefix(text) == text.size(); }

// The length of the character at the start of `text`, which is not empty, if a terminal just shows
// it: 0 if it isn't UTF-8, or controls the terminal (C0, DEL, and C1, which are U+0080 to U+009F).
std::size_t printable_length(std::string_view text) noexcept;

}  // namespace base
