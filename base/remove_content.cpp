#include "base/remove_content.h"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "base/text.h"

namespace base {

namespace {

// False for a folder.
bool remove_unless_folder(BorrowedFd dir, const std::string& name) {
  const int error = sys::try_unlinkat(dir, name.c_str());
  if (error == EISDIR) return false;
  if (error != 0 && error != ENOENT) throw Error(cat("unlink ", quoted(name)), error);
  return true;
}

}  // namespace

// Folders below are moved up here one after the other, lest their depth be that of our recursion.
void remove_content(BorrowedFd folder) {
  std::vector<std::string> pending = sys::list_directory(folder);
  const std::string prefix = sys::random_hex(8);
  std::uint64_t moved = 0;
  while (!pending.empty()) {
    const std::string name = std::move(pending.back());
    pending.pop_back();
    if (remove_unless_folder(folder, name)) continue;
    const OwnedFd below = sys::openat2(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
                                       sys::Resolve::kOneMount);
    for (const std::string& each : sys::list_directory(below)) {
      if (remove_unless_folder(below, each)) continue;
      pending.push_back(cat(prefix, ".", ++moved));
      sys::renameat(below, each.c_str(), folder, pending.back().c_str());
    }
    sys::unlinkat_if_exists(folder, name.c_str(), AT_REMOVEDIR);
  }
}

}  // namespace base
