#include "seccomp/compile.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "base/seccomp.h"
#include "base/text.h"
#include "seccomp/calls.h"

namespace seccomp {

namespace {

using base::cat;
using oci::SeccompAction;
using oci::SeccompFlag;

unsigned flag_of(SeccompFlag flag) noexcept {
  switch (flag) {
    case SeccompFlag::Tsync: return SECCOMP_FILTER_FLAG_TSYNC;
    case SeccompFlag::Log: return SECCOMP_FILTER_FLAG_LOG;
    case SeccompFlag::SpecAllow: return SECCOMP_FILTER_FLAG_SPEC_ALLOW;
    case SeccompFlag::WaitKillableRecv: return SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  }
  return 0;
}

unsigned with_listener(unsigned flags) noexcept {
  // A thread that can't follow would be reported in place of the listener.
  if ((flags & SECCOMP_FILTER_FLAG_TSYNC) != 0) flags |= SECCOMP_FILTER_FLAG_TSYNC_ESRCH;
  return flags | SECCOMP_FILTER_FLAG_NEW_LISTENER;
}

std::string unknown_names(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 8;
  std::vector<std::string> shown;
  for (const std::string& name : names) {
    if (shown.size() < kMost) shown.push_back(base::shown(name));
  }
  return cat("config.json: /linux/seccomp/syscalls: ", names.size(),
             " name(s) unknown to libseccomp ", library_version(),
             " and left out: ", base::join(shown, ", "), names.size() > kMost ? ", …" : "");
}

}  // namespace

Program compile(const oci::Seccomp& profile) {
  const Decisions decisions = decide(profile);
  if (!decisions.unknown.empty()) {
    base::log::debug([&] { return unknown_names(decisions.unknown); });
  }
  const base::Context assembling{[] { return "/linux/seccomp"; }};
  return assemble(decisions);
}

unsigned flags_of(const oci::Seccomp& profile) noexcept {
  // runc's choice when none is made: speculation is not slowed down for the filter's sake.
  unsigned flags = profile.flags ? 0 : SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  if (profile.flags) {
    for (const SeccompFlag flag : *profile.flags) flags |= flag_of(flag);
  }
  return notifies(profile) ? with_listener(flags) : flags;
}

std::vector<oci::SeccompArch> available_architectures() {
  std::vector<oci::SeccompArch> names;
  for (const Architecture& architecture : all_architectures()) {
    if (is_available(architecture)) names.push_back(architecture.name);
  }
  return names;
}

std::vector<SeccompAction> available_actions() {
  std::vector<SeccompAction> actions;
  for (const auto& row : oci::Names<SeccompAction>::table) {
    if (sys::has_seccomp_action(verdict_of(row.value, std::nullopt) & SECCOMP_RET_ACTION_FULL)) {
      actions.push_back(row.value);
    }
  }
  return actions;
}

std::vector<SeccompFlag> available_flags() {
  std::vector<SeccompFlag> flags;
  for (const auto& row : oci::Names<SeccompFlag>::table) {
    const bool needs_listener = row.value == SeccompFlag::WaitKillableRecv;
    const unsigned flag = flag_of(row.value);
    if (sys::has_seccomp_flag(needs_listener ? with_listener(flag) : flag)) {
      flags.push_back(row.value);
    }
  }
  return flags;
}

}  // namespace seccomp
