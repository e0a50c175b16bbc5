// PIDFD_GET_INFO: what the kernel tells of a process by its pidfd, also when it is gone.
#pragma once

#include <optional>

#include "base/fd.h"
#include "base/process.h"

namespace sys {

// How a process ended that somebody else has reaped (PIDFD_INFO_EXIT, Linux 6.15). Empty before it
// is reaped, and with an older kernel.
std::optional<Exit> exit_of_reaped(BorrowedFd pidfd);

}  // namespace sys
