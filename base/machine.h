// What the machine has.
#pragma once

#include <cstdint>

namespace sys {

// Bytes of memory that the kernel has to give, sysinfo(2).
std::uint64_t memory_size();

}  // namespace sys
