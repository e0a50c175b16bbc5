#include "runtime/lease/owner.h"

#include <sys/file.h>

#include "base/file.h"

namespace runtime {

using base::BorrowedFd;
using base::OwnedFd;

Owner owner_of(BorrowedFd state_folder) {
  return {sys::path_of(state_folder), sys::fstat(state_folder).st_ino};
}

bool exists(const Owner& owner) {
  const auto state = sys::open_if_exists(BorrowedFd::cwd(), owner.state.c_str(),
                                         O_PATH | O_DIRECTORY | O_NOFOLLOW);
  return state && sys::fstat(*state).st_ino == owner.inode;
}

OwnedFd open_locked(const char* path) {
  sys::mkdirat_if_absent(BorrowedFd::cwd(), path, 0700);
  OwnedFd folder = sys::openat(BorrowedFd::cwd(), path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  sys::flock(folder, LOCK_EX);
  return folder;
}

}  // namespace runtime
