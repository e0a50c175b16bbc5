// Namespaces that exist (config-linux.md#namespaces, those with a path): opened and judged by the
// parent, entered by the child or the joiner before it.
#pragma once

#include <cstddef>
#include <vector>

#include "base/fd.h"
#include "oci/config_linux.h"

namespace runtime {

struct JoinedNamespace {
  oci::NamespaceType type{};
  std::size_t index = 0;         // in linux.namespaces
  std::uint64_t clone_flag = 0;  // what the kernel calls the type
  base::OwnedFd fd;
};

// Enters all of them. The mount namespace is the last, because with it paths change their meaning;
// into pid only children go.
//
// A namespace may belong to the user namespace we are in or to one that is joined with it: what the
// first can't enter, the second can. Hence two passes, before the user namespace and after.
void join_namespaces(const std::vector<JoinedNamespace>& namespaces);

}  // namespace runtime
