// The attributes that a Linux security module keeps of a task, lsm_set_self_attr(2) and
// lsm_get_self_attr(2), Linux 6.8; before that the files of /proc/<pid>/attr. They are the calling
// thread's own.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/fd.h"
#include "base/file.h"

namespace sys {

// LSM_ID_* of linux/lsm.h.
enum class SecurityModule : std::uint64_t { SELinux = 101, AppArmor = 104 };

// LSM_ATTR_*: what the next program is labelled with, a new key, a new socket.
enum class SelfAttribute : unsigned {
  Current = 100,
  Exec = 101,
  KeyCreate = 103,
  SockCreate = 105
};

// By the system call: 0 or the errno. ENOSYS: the kernel has no such call; EOPNOTSUPP: the module
// isn't enabled, or hasn't got the attribute.
int try_lsm_set_self_attr(SecurityModule module, SelfAttribute attribute,
                          std::string_view value) noexcept;
// What the kernel appends to a label.
inline constexpr std::string_view kLabelEnd{"\0\n", 2};
// Without that.
ReadResult try_lsm_get_self_attr(SecurityModule module, SelfAttribute attribute);

// The procfs mounted at /proc. Throws if that is anything else, or only a part of one: what is
// written there must not go elsewhere (CVE-2019-16884).
OwnedFd open_procfs();

// By a file of the calling thread in that procfs, such as "attr/exec"; nothing that is mounted over
// a part of it is entered (CVE-2025-52881).
int try_write_self_attribute(BorrowedFd procfs, const char* file, std::string_view value);
ReadResult try_read_self_attribute(BorrowedFd procfs, const char* file);

}  // namespace sys
