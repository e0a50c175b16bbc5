#include "base/same_mount.h"

#include <cerrno>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace sys {

OwnedFd open_on_same_mount(BorrowedFd folder, const char* path, int flags) {
  auto opened = try_openat2(folder, path, flags | O_NOFOLLOW, Resolve::kOneMount);
  const bool is_passed_over = opened.error == ENOENT || opened.error == EXDEV ||
                              opened.error == ENOTDIR || opened.error == ELOOP;
  if (opened.error == 0 || is_passed_over) return std::move(opened.fd);
  throw base::Error(base::cat("openat2 ", base::shown_path(path)), opened.error);
}

}  // namespace sys
