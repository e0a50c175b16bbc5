#include "runtime/launch/caller.h"

#include <linux/capability.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/namespace.h"

namespace runtime {

namespace {

bool has(std::uint64_t capabilities, unsigned number) { return (capabilities >> number & 1) != 0; }

}  // namespace

bool Caller::may_administer() const noexcept { return has(capabilities, CAP_SYS_ADMIN); }
bool Caller::may_trace() const noexcept { return has(capabilities, CAP_SYS_PTRACE); }
bool Caller::may_schedule() const noexcept {
  return in_initial_user_namespace && has(capabilities, CAP_SYS_NICE);
}
bool Caller::may_map_users() const noexcept { return has(capabilities, CAP_SETUID); }
bool Caller::may_map_groups() const noexcept { return has(capabilities, CAP_SETGID); }

Caller inspect_caller() {
  return {.uid = geteuid(),
          .gid = getegid(),
          .capabilities = sys::capget().effective,
          .in_initial_user_namespace = sys::in_initial_user_namespace()};
}

}  // namespace runtime
