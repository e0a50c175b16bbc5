#include "runtime/container/owner.h"

#include "base/file.h"
#include "base/passwd.h"
#include "base/text.h"

namespace runtime {

std::string owner_name(uid_t uid) {
  constexpr std::size_t kLongest = std::size_t{16} << 20;
  const auto file = sys::open_if_exists(base::BorrowedFd::cwd(), "/etc/passwd", O_RDONLY);
  if (file) {
    const auto entry = base::find_passwd_entry(base::read_all(*file, kLongest), uid);
    if (entry) return entry->name;
  }
  return base::cat(uid);
}

}  // namespace runtime
