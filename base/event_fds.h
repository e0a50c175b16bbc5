// Descriptors that become readable when something happens: eventfd(2) and timerfd(2).
#pragma once

#include <chrono>
#include <cstdint>

#include "base/fd.h"

namespace sys {

// A counter for the kernel, or somebody else, to add to.
base::OwnedFd make_eventfd();
// Counts how often `interval` has passed. The first time after one interval.
base::OwnedFd make_timer(std::chrono::nanoseconds interval);
// What either has counted since it was last asked; 0 if nothing. Doesn't wait.
std::uint64_t take_count(base::BorrowedFd fd);

}  // namespace sys
