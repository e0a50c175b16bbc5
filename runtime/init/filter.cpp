#include "runtime/init/filter.h"

#include <cstring>
#include <linux/capability.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/error.h"
#include "base/process.h"
#include "base/seccomp.h"
#include "base/text.h"
#include "runtime/init/child_story.h"

namespace runtime {

namespace {

constexpr std::uint64_t kAdministrator = std::uint64_t{1} << CAP_SYS_ADMIN;

bool needs_raising(const FilterPlan& plan) noexcept {
  return plan.needs_administrator() && lacks_administrator(plan.capabilities);
}

}  // namespace

sys::CapabilityMasks masks_of(const security::CapabilitySets& sets) noexcept {
  return {sets.effective, sets.permitted, sets.inheritable};
}

bool lacks_administrator(const security::CapabilitySets& sets) noexcept {
  return (sets.effective & kAdministrator) == 0;
}

sys::CapabilityMasks with_administrator(const security::CapabilitySets& sets, const char* taker) {
  if ((sys::capget().permitted & kAdministrator) == 0) {
    throw base::Error(base::cat(taker, " takes CAP_SYS_ADMIN, which the runtime lacks"));
  }
  sys::CapabilityMasks masks = masks_of(sets);
  masks.effective |= kAdministrator;
  masks.permitted |= kAdministrator;
  return masks;
}

FilterPlan receive_filter(const oci::Config& config, const security::CapabilitySets& capabilities,
                          Channel& parent) {
  FilterPlan plan{{}, 0, capabilities, config.process->no_new_privileges};
  if (!config.linux->seccomp) return plan;
  const auto bytes = parent.expect_bytes<Filter>();
  if (!bytes) sys::leave_child(kStoryFailed);
  plan.program.resize(bytes->size() / sizeof(sock_filter));
  std::memcpy(plan.program.data(), bytes->data(), plan.program.size() * sizeof(sock_filter));
  plan.flags = seccomp::flags_of(*config.linux->seccomp);
  return plan;
}

security::CapabilitySets with_administrator_at_hand(security::CapabilitySets sets) {
  sets.permitted |= sys::capget().permitted & kAdministrator;
  return sets;
}

security::CapabilitySets held_until_filter(const FilterPlan& plan) {
  return plan.needs_administrator() ? with_administrator_at_hand(plan.capabilities)
                                    : plan.capabilities;
}

base::OwnedFd load_filter(const FilterPlan& plan) {
  const base::Context loading{[] { return "/linux/seccomp"; }};
  if (needs_raising(plan)) {
    sys::capset(with_administrator(plan.capabilities, "without /process/noNewPrivileges it"));
  }
  return sys::set_seccomp_filter(plan.program, plan.flags);
}

base::OwnedFd load_ahead(FilterPlan& plan) {
  base::OwnedFd listener = load_filter(plan);
  if (const int error = try_settle_capabilities(plan); error != 0) {
    throw base::Error("/linux/seccomp: capset", error);
  }
  plan.program.clear();
  return listener;
}

base::OwnedFd load_with_listener(FilterPlan& plan, Channel& parent) {
  // A number that is free by now is the one that the kernel will take.
  const int number = base::duplicate(base::BorrowedFd(STDIN_FILENO)).raw();
  parent.send_number<SeccompListener>(number);
  return load_ahead(plan);
}

int try_settle_capabilities(const FilterPlan& plan) noexcept {
  return needs_raising(plan) ? sys::try_capset(masks_of(plan.capabilities)) : 0;
}

}  // namespace runtime
