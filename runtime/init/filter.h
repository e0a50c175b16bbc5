// The program's seccomp filter in init (config-linux.md#seccomp; docs/decisions/seccomp.md).
//
// It is the last thing before the program, so that a profile need not allow what the runtime does:
// from the filter on there are only the capset that gives CAP_SYS_ADMIN back and the execve.
#pragma once

#include "base/capabilities.h"
#include "base/fd.h"
#include "oci/config.h"
#include "runtime/protocol/channel.h"
#include "runtime/security/capabilities.h"
#include "seccomp/compile.h"

namespace runtime {

struct FilterPlan {
  seccomp::Program program;               // empty: there is none to load
  unsigned flags;                         // SECCOMP_FILTER_FLAG_*
  security::CapabilitySets capabilities;  // the container's
  bool no_new_privileges;

  bool listens() const noexcept { return (flags & SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0; }
  // The kernel wants one of the two of who loads a filter.
  bool needs_administrator() const noexcept { return !program.empty() && !no_new_privileges; }
};

// With the program that the parent has compiled meanwhile, if the config asks for one.
FilterPlan receive_filter(const oci::Config& config, const security::CapabilitySets& capabilities,
                          Channel& parent);

sys::CapabilityMasks masks_of(const security::CapabilitySets& sets) noexcept;
// CAP_SYS_ADMIN is not among what is in effect.
bool lacks_administrator(const security::CapabilitySets& sets) noexcept;
// With it in effect. Where we don't have it, throws that it takes it, of which `taker` is the
// subject.
sys::CapabilityMasks with_administrator(const security::CapabilitySets& sets, const char* taker);

// The program's capabilities, and CAP_SYS_ADMIN, permitted and not in effect, for what takes it
// later.
security::CapabilitySets with_administrator_at_hand(security::CapabilitySets sets);
// The same, if loading the filter takes it.
security::CapabilitySets held_until_filter(const FilterPlan& plan);

// The descriptor to keep is the listener, if the filter has one. As long as it throws there is no
// filter.
base::OwnedFd load_filter(const FilterPlan& plan);

// The same ahead of the program's turn: from here on the capabilities are the program's, and there
// is nothing to be loaded any more.
base::OwnedFd load_ahead(FilterPlan& plan);

// The same, of a filter with a listener, in place of Ready: the next call is what takes the filter
// into effect. The parent fetches the listener by its number, because what is sent from here on may
// wait for who listens. To be kept until the program is executed, since the parent may be slow.
base::OwnedFd load_with_listener(FilterPlan& plan, Channel& parent);

// Leaves the program's capabilities, under the filter. The errno, or 0.
int try_settle_capabilities(const FilterPlan& plan) noexcept;

}  // namespace runtime
