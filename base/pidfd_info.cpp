#include "base/pidfd_info.h"

#include <cstdint>
#include <sys/ioctl.h>
#include <sys/wait.h>

namespace sys {

namespace {

// struct pidfd_info of <linux/pidfd.h>, as far as Linux 6.13 had it: that of Debian 12 has none.
struct Info {
  std::uint64_t mask;
  std::uint64_t cgroup_id;
  std::uint32_t process[11];  // its numbers, its parent's, its user's
  std::int32_t exit_code;     // as wait(2) gives it
};
static_assert(sizeof(Info) == 64);

constexpr std::uint64_t kExit = 1 << 3;  // PIDFD_INFO_EXIT
constexpr unsigned long kGetInfo = _IOWR(0xFF, 11, Info);

}  // namespace

std::optional<Exit> exit_of_reaped(BorrowedFd pidfd) {
  Info info{};
  info.mask = kExit;
  if (ioctl(pidfd.raw(), kGetInfo, &info) != 0 || (info.mask & kExit) == 0) return std::nullopt;
  const int status = info.exit_code;
  if (WIFSIGNALED(status)) return Exit{true, WTERMSIG(status)};
  return Exit{false, WEXITSTATUS(status)};
}

}  // namespace sys
