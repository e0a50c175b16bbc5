#include "runtime/lease/owner.h"

#include "base/file.h"

namespace runtime {

using base::BorrowedFd;

Owner owner_of(BorrowedFd state_folder) {
  return {sys::path_of(state_folder), sys::fstat(state_folder).st_ino};
}

bool exists(const Owner& owner) {
  const auto state = sys::open_if_exists(BorrowedFd::cwd(), owner.state.c_str(),
                                         O_PATH | O_DIRECTORY | O_NOFOLLOW);
  return state && sys::fstat(*state).st_ino == owner.inode;
}

}  // namespace runtime
