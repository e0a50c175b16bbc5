// Random numbers: getrandom(2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace sys {

// At most 256 bytes, which come whole and at once.
void fill_randomly(void* bytes, std::size_t size);
std::uint64_t random_number();
// That many bytes as two hexadecimal digits each: for names that are to be nobody else's.
std::string random_hex(std::size_t bytes);

}  // namespace sys
