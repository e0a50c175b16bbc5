#include "base/keyring.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <linux/keyctl.h>
#include <string_view>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

namespace sys {

int try_join_session_keyring(const char* name) noexcept {
  return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name) >= 0 ? 0 : errno;
}

std::uint32_t session_keyring_permissions() {
  // "keyring;0;0;3f130000;_ses.web"; nothing at all is copied if it would not fit.
  std::array<char, 512> text{};
  const long length =
      syscall(SYS_keyctl, KEYCTL_DESCRIBE, KEY_SPEC_SESSION_KEYRING, text.data(), text.size());
  if (length < 0) throw base::Error("keyctl KEYCTL_DESCRIBE", errno);
  const std::string_view whole(
      text.data(), std::min<std::size_t>(static_cast<std::size_t>(length), text.size()));
  const auto fields = base::split(whole, ';');
  const auto permissions =
      fields.size() > 3 ? base::parse_int<std::uint32_t>(fields[3], 16) : std::nullopt;
  if (!permissions) throw base::Error("keyctl KEYCTL_DESCRIBE: not what the kernel used to say");
  return *permissions;
}

void set_session_keyring_permissions(std::uint32_t permissions) {
  if (syscall(SYS_keyctl, KEYCTL_SETPERM, KEY_SPEC_SESSION_KEYRING, permissions) != 0) {
    throw base::Error("keyctl KEYCTL_SETPERM", errno);
  }
}

}  // namespace sys
