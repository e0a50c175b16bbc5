#include "runtime/security/keyring.h"

#include <cerrno>

#include "base/error.h"
#include "base/keyring.h"
#include "base/log.h"
#include "base/text.h"

namespace runtime::security {

using base::cat;
using base::Error;

namespace {

[[noreturn]] void refuse(int error) {
  if (error == EDQUOT) {
    throw Error(
        "no room for another key (sysctl kernel.keys.maxkeys, for root "
        "kernel.keys.root_maxkeys; --no-new-keyring does without)",
        error);
  }
  throw Error("keyctl KEYCTL_JOIN_SESSION_KEYRING (--no-new-keyring does without)", error);
}

// The kernel joins a keyring of that name if somebody has made one and lets others search it. One
// that was made for us lets nobody.
bool is_somebody_elses() {
  constexpr std::uint32_t kSearchByAnyoneElse = 0x00080808;  // KEY_{USR,GRP,OTH}_SEARCH
  return (sys::session_keyring_permissions() & kSearchByAnyoneElse) != 0;
}

// The kernel lets its user read and link it as well, and the host's root is the root of many
// containers: whoever has linked it into a keyring of his own possesses it, and finds its keys.
// That it is there he may see.
void keep_to_possessors() {
  constexpr std::uint32_t kPossessorAllUserView = 0x3f010000;  // KEY_POS_ALL | KEY_USR_VIEW
  sys::set_session_keyring_permissions(kPossessorAllUserView);
}

}  // namespace

std::string session_keyring_name(const std::string& container_id) {
  return cat("_ses.", container_id);
}

void join_session_keyring(const std::string& name) {
  const base::Context joining{[&] { return cat("session keyring ", name); }};
  int error = sys::try_join_session_keyring(name.c_str());
  if (error == ENOSYS) {
    base::log::debug([&] { return cat("no session keyring ", name, ": the kernel has no keys"); });
    return;
  }
  // Anonymous, then: whoever holds that keyring would find the container's keys in it.
  if (error == 0 && is_somebody_elses()) error = sys::try_join_session_keyring(nullptr);
  if (error != 0) refuse(error);
  keep_to_possessors();
}

}  // namespace runtime::security
