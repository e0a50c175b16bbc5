#include "runtime/lease/owner.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "base/utf8.h"

namespace runtime {

using base::BorrowedFd;

Owner owner_of(BorrowedFd state_folder) {
  return {sys::path_of(state_folder), sys::fstat(state_folder).st_ino};
}

Owner borrower(BorrowedFd state_folder) {
  Owner owner = owner_of(state_folder);
  if (base::is_utf8(owner.state)) return owner;
  throw base::Error(
      base::cat("state folder ", base::quoted(owner.state), ": the path is not UTF-8"));
}

bool exists(const Owner& owner) {
  const auto state = sys::open_if_exists(BorrowedFd::cwd(), owner.state.c_str(),
                                         O_PATH | O_DIRECTORY | O_NOFOLLOW);
  return state && sys::fstat(*state).st_ino == owner.inode;
}

}  // namespace runtime
