// What the `spec` verb writes.
#pragma once

#include <cstdint>

#include "oci/config.h"

namespace oci {

// A shell in a terminal, in a container with the usual mounts and few capabilities.
Config default_config();

// The same for a caller without privileges: in a user namespace where the caller is root, and
// without what such a container may not do.
Config default_rootless_config(std::uint32_t host_uid, std::uint32_t host_gid);

}  // namespace oci
