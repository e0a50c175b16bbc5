// The annotation dev.runtime.userns: a user namespace whose ids outside we choose, so that no two
// living containers share one (docs/decisions/automatic-user-namespaces.md).
#pragma once

#include <cstdint>
#include <optional>

#include "oci/config.h"
#include "runtime/container/id_pool.h"
#include "runtime/container/state_dir.h"

namespace runtime {

struct AutomaticIds {
  IdPool pool;
  std::uint32_t size = 0;
};

// If the annotation is there, gives the config its user namespace, with mappings onto the beginning
// of the pool until take_automatic_ids. Throws when the config has one of its own already or there
// is no pool.
std::optional<AutomaticIds> add_automatic_ids(oci::Config& config);

// Leases a range for the container and maps its ids onto it.
IdRange take_automatic_ids(const AutomaticIds& automatic, const StateDir& container,
                           oci::Linux& config);

}  // namespace runtime
