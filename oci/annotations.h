// The annotations that mean something to this runtime (config.md#annotations): one row each.
#pragma once

#include <string_view>

namespace oci::annotation {

// "1": the supplementary groups of the caller stay, as far as they mean anything in the container.
// crun's; Podman sets it for --group-add keep-groups.
inline constexpr std::string_view keep_original_groups = "run.oci.keep_original_groups";

// "auto" or "auto:SIZE": a user namespace whose ids outside belong to no other container, and a
// root file system that needs no chown for it.
inline constexpr std::string_view user_namespace = "dev.runtime.userns";

// "true": the root file system is seen through the mappings of the container's user namespace.
inline constexpr std::string_view rootfs_idmap = "dev.runtime.rootfs.idmap";

// For `features`: a client that lets strangers write annotations has to know of these.
inline constexpr std::string_view unsafe[] = {user_namespace, rootfs_idmap, keep_original_groups};

}  // namespace oci::annotation
