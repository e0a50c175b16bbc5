// What a file has besides its content and its names, and a copy is to have as well: owner, times,
// extended attributes. Wrappers in the manner of base/file.h.
#pragma once

#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

#include "base/fd.h"
#include "base/file.h"

namespace sys {

// fchownat(2) with AT_EMPTY_PATH, hence for an O_PATH descriptor, too: 0 or the errno.
int try_fchown_object(BorrowedFd object, uid_t uid, gid_t gid) noexcept;
// The times of access and of change that `of` has. Likewise of any descriptor, Linux 5.8.
void set_times(BorrowedFd object, const struct stat& of);

// Where SELinux keeps the label of a file.
inline constexpr const char* kSelinuxXattr = "security.selinux";

// The names of the extended attributes that the caller may see; none where the filesystem has none.
std::vector<std::string> list_xattrs(BorrowedFd file);
// What is lacking or refused is an answer, as `error`.
ReadResult try_get_xattr(BorrowedFd file, const char* name);
// The same of any object, for which an O_PATH descriptor will do, as a link or a device has no
// other. At most 4096 bytes (ERANGE). By the link of the descriptor in /proc: setxattrat(2) is of
// Linux 6.13.
ReadResult try_get_xattr_of_object(BorrowedFd object, const char* name);
int try_set_xattr_of_object(BorrowedFd object, const char* name, std::string_view value);
// 0 or the errno.
int try_set_xattr(BorrowedFd file, const char* name, std::string_view value) noexcept;

}  // namespace sys
