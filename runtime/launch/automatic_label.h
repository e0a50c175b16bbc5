// The annotation dev.runtime.selinux: labels with a pair of categories that we choose, so that no
// two living containers share one (docs/decisions/mandatory-access-control.md).
#pragma once

#include <optional>
#include <string_view>

#include "oci/config.h"
#include "runtime/container/category_pool.h"
#include "runtime/container/state_dir.h"

namespace runtime {

// If the annotation is there, gives the config the labels of the policy for containers where it has
// none of its own, without categories until take_automatic_label. Throws when its own have some, or
// SELinux is off.
std::optional<CategoryRange> add_automatic_label(oci::Config& config);

// Leases a pair for the container and adds it to both labels.
void take_automatic_label(const CategoryRange& range, const StateDir& container,
                          oci::Config& config);

// "auto" or "auto:cFIRST.cLAST"; throws for anything else. Pure.
CategoryRange parse_category_range(std::string_view value);

}  // namespace runtime
