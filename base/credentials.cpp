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
  if (::setgroups(groups.size(), groups.data()) != 0) throw Error("setgroups", errno);
}

void setresgid(gid_t gid) {
  if (::setresgid(gid, gid, gid) != 0) throw Error(cat("setresgid ", gid), errno);
}

void setresuid(uid_t uid) {
  if (::setresuid(uid, uid, uid) != 0) throw Error(cat("setresuid ", uid), errno);
}

void setrlimit(int resource, std::uint64_t soft, std::uint64_t hard) {
  const rlimit limit{soft, hard};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) {
    throw Error(cat("setrlimit soft ", soft, " hard ", hard), errno);
  }
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
