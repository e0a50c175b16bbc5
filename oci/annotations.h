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

// The beginning of one for each interface that the container's new network namespace is to get:
// "dev.runtime.network.eth0" = "bridge=br0,address=10.1.0.2/24". docs/networking.md has the words.
inline constexpr std::string_view network = "dev.runtime.network.";

// What came of it, in the same words: the runtime sets "dev.runtime.interface.eth0" in the state.
inline constexpr std::string_view interface = "dev.runtime.interface.";

// "auto" or "auto:cFIRST.cLAST": SELinux labels of the container's own, with a pair of categories
// that belongs to no other. "none": not even if the host gives them to all.
inline constexpr std::string_view selinux = "dev.runtime.selinux";

// In the state: what SELinux takes the container's init for.
inline constexpr std::string_view selinux_label = "dev.runtime.selinux.label";

// The beginning of one for each property that a container's systemd unit is to have besides the
// runtime's own: "org.systemd.property.TimeoutStopSec" = "uint64 5". runc's and crun's.
inline constexpr std::string_view unit_property = "org.systemd.property.";

// The container's processes are in this cgroup below its systemd unit's. crun's.
inline constexpr std::string_view unit_subgroup = "run.oci.systemd.subgroup";

// "context", "fscontext", "defcontext" or "rootcontext": the mount option by which linux.mountLabel
// is applied. crun's.
inline constexpr std::string_view mount_context_type = "run.oci.mount_context_type";

// The configuration file that CRIU reads at checkpoint and restore; empty: none. runc's and crun's.
inline constexpr std::string_view criu_config = "org.criu.config";

// For `features`: a client that lets strangers write annotations has to know of these.
inline constexpr std::string_view unsafe[] = {
    user_namespace,       rootfs_idmap,       selinux,    network, unit_property, unit_subgroup,
    keep_original_groups, mount_context_type, criu_config};

}  // namespace oci::annotation
