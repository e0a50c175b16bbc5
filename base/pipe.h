// Pipes (pipe(2)), close-on-exec.
#pragma once

#include <utility>

#include "base/fd.h"

namespace sys {

// Where to read and where to write.
std::pair<base::OwnedFd, base::OwnedFd> make_pipe();
// Clears its other status flags, O_APPEND above all.
void set_nonblocking(base::BorrowedFd fd);
// As the descriptor of that number, which the next program has.
void use_as(base::BorrowedFd fd, int number);

}  // namespace sys
