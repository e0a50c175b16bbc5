// The namespaces of a config that exist already.
#pragma once

#include <vector>

#include "oci/config_linux.h"
#include "runtime/init/join.h"

namespace runtime {

// Opens those of the config that have a path, and refuses one that is missing or of another type.
// The user namespace that we are in is left out: it can't be entered, and need not.
std::vector<JoinedNamespace> open_namespaces(const oci::Linux& config);

// Of those the user namespace; null if there is none.
const base::OwnedFd* find_user_namespace(const std::vector<JoinedNamespace>& joined);

// Containers of a pod get both the path of its user namespace and its mappings: throws unless they
// say the same.
void check_joined_mappings(const oci::Linux& config, const std::vector<JoinedNamespace>& joined);

}  // namespace runtime
