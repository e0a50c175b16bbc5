// seccomp(2). Typed wrappers; they throw base::Error.
#pragma once

#include <linux/filter.h>
#include <vector>

#include "base/fd.h"

namespace sys {

using base::BorrowedFd;
using base::OwnedFd;

// From the next system call on the filter holds, and for ever. `flags` are SECCOMP_FILTER_FLAG_*;
// with NEW_LISTENER the listener is returned, close-on-exec and with the lowest number that is
// free. It takes no_new_privs or CAP_SYS_ADMIN in one's user namespace. When it throws there is no
// filter; when it returns, nothing has been done since.
OwnedFd set_seccomp_filter(const std::vector<sock_filter>& program, unsigned flags);

// Whether the kernel knows the action, SECCOMP_RET_*, or the flag.
bool has_seccomp_action(std::uint32_t action) noexcept;
bool has_seccomp_flag(unsigned flag) noexcept;

}  // namespace sys
