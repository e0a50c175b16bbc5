#include "base/attributes.h"

#include <cerrno>
#include <linux/limits.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

namespace sys {

using base::Error;

namespace {

std::string link_of(BorrowedFd object) { return base::cat("/proc/self/fd/", object.raw()); }

}  // namespace

int try_fchown_object(BorrowedFd object, uid_t uid, gid_t gid) noexcept {
  return ::fchownat(object.raw(), "", uid, gid, AT_EMPTY_PATH) == 0 ? 0 : errno;
}

void set_times(BorrowedFd object, const struct stat& of) {
  const timespec times[2] = {of.st_atim, of.st_mtim};
  if (::utimensat(object.raw(), "", times, AT_EMPTY_PATH) != 0) throw Error("utimensat", errno);
}

std::vector<std::string> list_xattrs(BorrowedFd file) {
  // Most files have none, which the length alone tells.
  ssize_t length = ::flistxattr(file.raw(), nullptr, 0);
  std::string list;
  if (length > 0) {
    list.resize(XATTR_LIST_MAX);
    length = ::flistxattr(file.raw(), list.data(), list.size());
  }
  if (length < 0 && errno != EOPNOTSUPP) throw Error("flistxattr", errno);
  if (length <= 0) return {};
  // Each name ends with a NUL, the last one as well.
  std::vector<std::string> names;
  for (const std::string_view each :
       base::split({list.data(), static_cast<std::size_t>(length) - 1}, '\0')) {
    names.emplace_back(each);
  }
  return names;
}

ReadResult try_get_xattr(BorrowedFd file, const char* name) {
  ReadResult result{std::string(XATTR_SIZE_MAX, '\0'), 0};
  const ssize_t length = ::fgetxattr(file.raw(), name, result.bytes.data(), result.bytes.size());
  if (length < 0) return {{}, errno};
  result.bytes.resize(static_cast<std::size_t>(length));
  return result;
}

ReadResult try_get_xattr_of_object(BorrowedFd object, const char* name) {
  // A label, or another small one.
  std::string value(4096, '\0');
  const ssize_t length = ::getxattr(link_of(object).c_str(), name, value.data(), value.size());
  if (length < 0) return {{}, errno};
  value.resize(static_cast<std::size_t>(length));
  return {std::move(value), 0};
}

int try_set_xattr_of_object(BorrowedFd object, const char* name, std::string_view value) {
  return ::setxattr(link_of(object).c_str(), name, value.data(), value.size(), 0) == 0 ? 0 : errno;
}

int try_set_xattr(BorrowedFd file, const char* name, std::string_view value) noexcept {
  return ::fsetxattr(file.raw(), name, value.data(), value.size(), 0) == 0 ? 0 : errno;
}

}  // namespace sys
