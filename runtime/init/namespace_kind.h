// The kinds of namespaces and what the kernel calls them: one row each, read by the launch plan, by
// whoever opens, joins or compares one, by a checkpoint and by `features`.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <linux/sched.h>

#include "oci/config_linux.h"

namespace runtime {

struct NamespaceKind {
  oci::NamespaceType type;
  std::uint64_t clone_flag;
  const char* link;  // in /proc/<pid>/ns
};

inline constexpr std::array<NamespaceKind, 8> kNamespaceKinds = {{
    {oci::NamespaceType::Cgroup, CLONE_NEWCGROUP, "cgroup"},
    {oci::NamespaceType::Ipc, CLONE_NEWIPC, "ipc"},
    {oci::NamespaceType::Mount, CLONE_NEWNS, "mnt"},
    {oci::NamespaceType::Network, CLONE_NEWNET, "net"},
    {oci::NamespaceType::Pid, CLONE_NEWPID, "pid"},
    {oci::NamespaceType::Time, CLONE_NEWTIME, "time"},
    {oci::NamespaceType::User, CLONE_NEWUSER, "user"},
    {oci::NamespaceType::Uts, CLONE_NEWUTS, "uts"},
}};

constexpr const NamespaceKind& kind_of(oci::NamespaceType type) {
  return *std::find_if(kNamespaceKinds.begin(), kNamespaceKinds.end(),
                       [&](const NamespaceKind& kind) { return kind.type == type; });
}

}  // namespace runtime
