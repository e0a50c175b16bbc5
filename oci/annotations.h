// The annotations that mean something to this runtime (config.md#annotations): one row each.
#pragma once

#include <string_view>

namespace oci::annotation {

// "1": the supplementary groups of the caller stay, as far as they mean anything in the container.
// crun's; Podman sets it for --group-add keep-groups.
inline constexpr std::string_view keep_original_groups = "run.oci.keep_original_groups";

}  // namespace oci::annotation
