// The kinds of namespaces and what the kernel calls them: one row each, read by the launch plan, by
// whoever opens one that exists, and by `features`.
#pragma once

#include <array>
#include <cstdint>
#include <linux/sched.h>
#include <vector>

#include "oci/config_linux.h"
#include "runtime/init/join.h"

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

const NamespaceKind& kind_of(oci::NamespaceType type);

// Opens those of the config that have a path, and refuses one that is missing or of another type.
// The user namespace that we are in is left out: it can't be entered, and need not.
std::vector<JoinedNamespace> open_namespaces(const oci::Linux& config);

// Of those the user namespace; null if there is none.
const base::OwnedFd* find_user_namespace(const std::vector<JoinedNamespace>& joined);

// Containers of a pod get both the path of its user namespace and its mappings: throws unless they
// say the same.
void check_joined_mappings(const oci::Linux& config, const std::vector<JoinedNamespace>& joined);

}  // namespace runtime
