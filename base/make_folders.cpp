#include "base/make_folders.h"

#include "base/file.h"

namespace base {

void make_folders(const std::string& path, mode_t mode) {
  for (auto slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    sys::mkdirat_if_absent(BorrowedFd::cwd(), path.substr(0, slash).c_str(), mode);
    if (slash == std::string::npos) return;
  }
}

}  // namespace base
