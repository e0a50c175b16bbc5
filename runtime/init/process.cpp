#include "runtime/init/process.h"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

#include "base/credentials.h"
#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "oci/default_devices.h"
#include "runtime/protocol/exec_error.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::Context;

void detach_from_caller() {
  sys::reset_signals();
  sys::setsid();
}

void set_limits(const oci::Process& process) {
  for (const oci::Rlimit& limit : process.rlimits) {
    const Context setting{[&] { return cat("/process/rlimits ", oci::name_of(limit.type)); }};
    sys::setrlimit(static_cast<int>(limit.type), limit.soft, limit.hard);
  }
}

void own_standard_streams(const oci::User& user) {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    const struct stat info = sys::fstat(BorrowedFd(fd));
    if (info.st_uid == user.uid || oci::is_null_device(info.st_mode, info.st_rdev)) continue;
    // Refused for a stream on a read-only or foreign file system; the container runs without.
    const int error = sys::try_fchown(BorrowedFd(fd), user.uid, info.st_gid);
    if (error == 0 || error == EPERM || error == EROFS || error == EINVAL) continue;
    throw base::Error(cat("fchown of standard stream ", fd), error);
  }
}

void close_descriptors(int passed, std::initializer_list<int> kept) {
  const int error = sys::try_close_all_except(3 + passed, kept);
  if (error != 0) throw base::Error("close_range", error);
}

namespace {

// CVE-2024-21626: a descriptor's magic link must not lead out of the container. The errno, or 0.
int try_enter(const std::string& path) {
  const auto folder = sys::try_openat2(BorrowedFd::cwd(), path.c_str(), O_PATH | O_DIRECTORY,
                                       sys::Resolve::kNoMagicLinks);
  return folder.error != 0 ? folder.error : sys::try_fchdir(folder.fd);
}

// Where nobody may set groups the program does without, as in runc and crun: engines list those
// that the image's /etc/group names the user in.
void set_groups(const oci::User& user, Groups groups) {
  if (groups != Groups::Set) return;
  const Context setting{[] { return "/process/user/additionalGids"; }};
  // An empty list, too: otherwise the caller's groups would stay.
  sys::setgroups(user.additional_gids);
}

// user_namespaces(7): an id that isn't mapped there does not exist.
void set_ids(const oci::User& user) {
  const Context setting{[] { return "/process/user"; }};
  sys::setresgid(user.gid);
  sys::setresuid(user.uid);
}

}  // namespace

void become_user(const oci::Process& process, const security::CapabilitySets& capabilities,
                 Groups groups) {
  constexpr mode_t kDefaultUmask = 0022;
  const oci::User& user = process.user;
  // The bounding set before the ids, because dropping from it needs CAP_SETPCAP.
  security::drop_bounding(capabilities);
  // config.md#process cwd. As root first, for images whose folder only root may enter, and as the
  // user for those that only the user may, as one in FUSE.
  const bool entered = try_enter(process.cwd) == 0;
  sys::set_keep_capabilities(true);
  set_groups(user, groups);
  set_ids(user);
  const int error = entered ? 0 : try_enter(process.cwd);
  if (error != 0) throw cwd_error(process.cwd, error);
  security::apply(capabilities);
  umask(user.umask.value_or(kDefaultUmask));
  if (process.no_new_privileges) sys::set_no_new_privileges();
}

}  // namespace runtime
