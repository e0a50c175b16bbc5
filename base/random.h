// Numbers that nobody can foresee.
#pragma once

#include <cstdint>

namespace sys {

// getrandom(2).
std::uint64_t random_number();

}  // namespace sys
