#include "base/seccomp.h"

#include <cerrno>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

namespace sys {

namespace {

long seccomp(unsigned operation, unsigned flags, void* argument) noexcept {
  return syscall(SYS_seccomp, operation, flags, argument);
}

}  // namespace

OwnedFd set_seccomp_filter(const std::vector<sock_filter>& program, unsigned flags) {
  // The kernel only reads it.
  sock_fprog filter{static_cast<unsigned short>(program.size()),
                    const_cast<sock_filter*>(program.data())};
  const long result = seccomp(SECCOMP_SET_MODE_FILTER, flags, &filter);
  if (result < 0) throw base::Error("seccomp SECCOMP_SET_MODE_FILTER", errno);
  if ((flags & SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0) return OwnedFd(static_cast<int>(result));
  if (result > 0) throw base::Error(base::cat("seccomp: thread ", result, " can't follow"));
  return {};
}

bool has_seccomp_action(std::uint32_t action) noexcept {
  return seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

// As seccomp(2) recommends: EINVAL comes before EFAULT.
bool has_seccomp_flag(unsigned flag) noexcept {
  return seccomp(SECCOMP_SET_MODE_FILTER, flag, nullptr) < 0 && errno == EFAULT;
}

}  // namespace sys
