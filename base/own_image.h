// What this process runs: its executable in memory, and the file that /proc/self/exe names.
#pragma once

#include <cstddef>
#include <linux/prctl.h>
#include <vector>

#include "base/fd.h"

namespace sys {

using base::BorrowedFd;

// Maps the code and constants of this process' executable anew, from a file that has the same bytes
// at the same places, and copies its data: nothing is mapped any more from the file it had. For a
// process with one thread. What fails leaves a mixture of both files, with which it can go on.
void map_own_image(BorrowedFd file);

// Writes code and constants, from memory, to their places in the file; the rest are holes.
void copy_own_image(BorrowedFd file);

// The memory that was mapped for this process' executable, whole pages of it, variables included.
struct MemoryRange {
  void* begin = nullptr;
  std::size_t size = 0;
};
std::vector<MemoryRange> own_memory();

// The link /proc/self/exe. prctl(2), PR_SET_MM_MAP.
class ExecutableLink {
 public:
  ExecutableLink();
  // Makes it name `file`, a regular one that may be executed. Returns the errno, 0 for success:
  // EBUSY while something is still mapped from the file it names, else EPERM without
  // CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN in the user namespace, EINVAL without
  // CONFIG_CHECKPOINT_RESTORE.
  int try_set(BorrowedFd file);
  // What that call hands to the kernel, for who makes it without us.
  const prctl_mm_map& request(BorrowedFd file);

 private:
  prctl_mm_map map_{};
};

}  // namespace sys
