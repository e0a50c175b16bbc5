// Anonymous files in memory, and the seals that make them final (memfd_create(2), fcntl(2)).
#pragma once

#include "base/fd.h"

namespace sys {

using base::BorrowedFd;
using base::OwnedFd;

// A new anonymous file that takes seals (memfd_create(2)).
OwnedFd memfd_create(const char* name);
// Whether it can never change again; false for a file that takes no seals.
bool is_sealed(BorrowedFd fd);
// False: somebody holds on to its memory (EBUSY), which also the kernel does at times, for longer
// than the call waits: to move pages, or to see whether they are used (DAMON).
bool try_seal(BorrowedFd memfd);
// The whole of a regular file, wherever its offset is, by sendfile(2).
void copy_file(BorrowedFd from, BorrowedFd to);

}  // namespace sys
