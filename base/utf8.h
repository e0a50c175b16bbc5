// UTF-8, as strict as the JSON that carries it has to be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace base {

// The length of the valid UTF-8 sequence at the start of `text` (RFC 3629: no overlong forms, no
// surrogates), 0 if there is none.
std::size_t utf8_sequence_length(std::string_view text) noexcept;

// `text` with every byte that is not part of valid UTF-8 written as "\xNN".
std::string with_valid_utf8(std::string_view text);

}  // namespace base
