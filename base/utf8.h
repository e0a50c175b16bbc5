// UTF-8, as strict as the JSON that carries it has to be: no overlong forms, no surrogates, nothing
// past U+10FFFF (RFC 3629).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace base {

// The length of the well-formed sequence at the start of `text`, which is not empty; 0 if it is
// none.
std::size_t utf8_sequence_length(std::string_view text) noexcept;

// How many bytes, from the start, are well-formed: text.size() if all are.
std::size_t utf8_prefix(std::string_view text) noexcept;

inline bool is_utf8(std::string_view text) noexcept { return utf8_prefix(text) == text.size(); }

// `text` with every byte that is not part of valid UTF-8 written as "\xNN".
std::string with_valid_utf8(std::string_view text);

}  // namespace base
