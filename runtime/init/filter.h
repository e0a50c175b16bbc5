// The program's seccomp filter in init (config-linux.md#seccomp; docs/decisions/seccomp.md).
//
// It is the last thing before the program, so that a profile need not allow what the runtime does:
// from the filter on there are only the capset that gives CAP_SYS_ADMIN back and the execve.
#pragma once

#include "base/fd.h"
#include "runtime/security/capabilities.h"
#include "seccomp/compile.h"

namespace runtime {

struct FilterPlan {
  const seccomp::Filter* filter;          // null: none
  security::CapabilitySets capabilities;  // the program's
  bool no_new_privileges;

  bool listens() const noexcept { return filter != nullptr && filter->listens(); }
  // The kernel wants one of the two of who loads a filter.
  bool needs_administrator() const noexcept { return filter != nullptr && !no_new_privileges; }
};

// The program's capabilities, and what it takes until the filter is loaded: CAP_SYS_ADMIN,
// permitted and not in effect.
security::CapabilitySets held_until_filter(const FilterPlan& plan);

// The descriptor to keep is the listener, if the filter has one. As long as it throws there is no
// filter.
base::OwnedFd load_filter(const FilterPlan& plan);

// Leaves the program's capabilities, under the filter. The errno, or 0.
int try_settle_capabilities(const FilterPlan& plan) noexcept;

}  // namespace runtime
