// Who runs the runtime, as far as that decides what can be done: facts, looked up once.
#pragma once

#include <cstdint>
#include <sys/types.h>

namespace runtime {

struct Caller {
  uid_t uid = 0;  // effective, as the group
  gid_t gid = 0;
  std::uint64_t capabilities = 0;  // effective, a bit for each number
  bool in_initial_user_namespace = true;

  // What sys::is_rootless asks for, of the facts that are here.
  bool is_rootless() const noexcept { return uid != 0 || !in_initial_user_namespace; }
  bool may_administer() const noexcept;  // CAP_SYS_ADMIN
  bool may_trace() const noexcept;       // CAP_SYS_PTRACE
  bool may_schedule() const noexcept;    // CAP_SYS_NICE where it counts
  bool may_map_users() const noexcept;   // CAP_SETUID
  bool may_map_groups() const noexcept;  // CAP_SETGID
};

Caller inspect_caller();

}  // namespace runtime
