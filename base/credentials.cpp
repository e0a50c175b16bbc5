#include "base/credentials.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

namespace sys {

using base::cat;
using base::Error;

void setgroups(const std::vector<gid_t>& groups) {
  if (::setgroups(groups.size(), groups.data()) == 0) return;
  // The number of them is checked with the config.
  if (errno == EINVAL) throw Error("setgroups: one is not mapped in the user namespace");
  throw Error("setgroups", errno);
}

int try_leave_groups() noexcept { return ::setgroups(0, nullptr) == 0 ? 0 : errno; }

namespace {

// For both setresuid(2) and setresgid(2) it has this one meaning.
[[noreturn]] void fail_to_set(const char* call, unsigned id, int code) {
  if (code == EINVAL) throw Error(cat(call, ' ', id, ": not mapped in the user namespace"));
  throw Error(cat(call, ' ', id), code);
}

}  // namespace

void setresgid(gid_t gid) {
  if (::setresgid(gid, gid, gid) != 0) fail_to_set("setresgid", gid, errno);
}

void setresuid(uid_t uid) {
  if (::setresuid(uid, uid, uid) != 0) fail_to_set("setresuid", uid, errno);
}

void setrlimit(int resource, std::uint64_t soft, std::uint64_t hard) {
  const rlimit limit{soft, hard};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) {
    throw Error(cat("setrlimit soft ", soft, " hard ", hard), errno);
  }
}

int try_raise_hard_limit(pid_t pid, int resource, std::uint64_t hard) noexcept {
  const auto which = static_cast<__rlimit_resource>(resource);
  rlimit limit{};
  if (::prlimit(pid, which, nullptr, &limit) != 0) return errno;
  if (limit.rlim_max >= hard) return 0;
  limit.rlim_max = hard;
  return ::prlimit(pid, which, &limit, nullptr) == 0 ? 0 : errno;
}

void setsid() {
  if (::setsid() < 0) throw Error("setsid", errno);
}

void sethostname(const char* name) {
  if (::sethostname(name, std::strlen(name)) != 0) throw Error("sethostname", errno);
}

void setdomainname(const char* name) {
  if (::setdomainname(name, std::strlen(name)) != 0) throw Error("setdomainname", errno);
}

int try_executable(const char* path) noexcept {
  struct stat info {};
  if (stat(path, &info) != 0) return errno;
  if (S_ISDIR(info.st_mode)) return EISDIR;
  if (!S_ISREG(info.st_mode)) return EACCES;
  return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

}  // namespace sys
