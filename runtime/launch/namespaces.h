// The kinds of namespaces and what the kernel calls them: one row each, read by the launch plan and
// by `features`.
#pragma once

#include <array>
#include <cstdint>
#include <linux/sched.h>

#include "oci/config_linux.h"

namespace runtime {

struct NamespaceKind {
  oci::NamespaceType type;
  std::uint64_t clone_flag;
  bool supported;  // a kind that isn't is refused by oci/unsupported
};

inline constexpr std::array<NamespaceKind, 8> kNamespaceKinds = {{
    {oci::NamespaceType::Cgroup, CLONE_NEWCGROUP, true},
    {oci::NamespaceType::Ipc, CLONE_NEWIPC, true},
    {oci::NamespaceType::Mount, CLONE_NEWNS, true},
    {oci::NamespaceType::Network, CLONE_NEWNET, true},
    {oci::NamespaceType::Pid, CLONE_NEWPID, true},
    {oci::NamespaceType::Time, CLONE_NEWTIME, false},
    {oci::NamespaceType::User, CLONE_NEWUSER, false},
    {oci::NamespaceType::Uts, CLONE_NEWUTS, true},
}};

}  // namespace runtime
