// Who a process is and what it may use up: user, groups, limits. Typed wrappers named as the calls
// are; they throw base::Error.
#pragma once

#include <cstdint>
#include <sys/types.h>
#include <vector>

namespace sys {

void setgroups(const std::vector<gid_t>& groups);
// None any more, where they may be left: the errno, or 0.
int try_leave_groups() noexcept;
void setresgid(gid_t gid);
void setresuid(uid_t uid);
// `resource` is a RLIMIT_* number.
void setrlimit(int resource, std::uint64_t soft, std::uint64_t hard);
// Raises the hard limit of that process if it is lower, and its soft limit not; returns the errno,
// or 0. prlimit(2).
int try_raise_hard_limit(pid_t pid, int resource, std::uint64_t hard) noexcept;
void setsid();
void sethostname(const char* name);
void setdomainname(const char* name);

// Where execve would refuse `path` to this process, with its effective ids: the errno, or 0.
int try_executable(const char* path) noexcept;

}  // namespace sys
