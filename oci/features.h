// The document of the `features` verb (features.md), as values with their rows.
//
// Only its shape: the content is projected elsewhere from the tables that do the work. An absent
// value means "unknown" to its readers, which is not false; hence the optionals.
#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "oci/describe.h"

namespace oci {

struct CgroupFeatures {
  std::optional<bool> v1;
  std::optional<bool> v2;
  std::optional<bool> systemd;
  std::optional<bool> systemd_user;
  std::optional<bool> rdma;
};

template <>
struct Describe<CgroupFeatures> {
  static constexpr auto fields = std::tuple{
      Field{"v1", &CgroupFeatures::v1},
      Field{"v2", &CgroupFeatures::v2},
      Field{"systemd", &CgroupFeatures::systemd},
      Field{"systemdUser", &CgroupFeatures::systemd_user},
      Field{"rdma", &CgroupFeatures::rdma},
  };
};

struct SeccompFeatures {
  std::optional<bool> enabled;
  std::vector<std::string> actions;
  std::vector<std::string> operators;
  std::vector<std::string> archs;
  std::vector<std::string> known_flags;
  std::vector<std::string> supported_flags;
};

template <>
struct Describe<SeccompFeatures> {
  static constexpr auto fields = std::tuple{
      Field{"enabled", &SeccompFeatures::enabled},
      Field{"actions", &SeccompFeatures::actions},
      Field{"operators", &SeccompFeatures::operators},
      Field{"archs", &SeccompFeatures::archs},
      Field{"knownFlags", &SeccompFeatures::known_flags},
      Field{"supportedFlags", &SeccompFeatures::supported_flags},
  };
};

struct IntelRdtFeatures {
  std::optional<bool> enabled;
  std::optional<bool> schemata;
  std::optional<bool> monitoring;
};

template <>
struct Describe<IntelRdtFeatures> {
  static constexpr auto fields = std::tuple{
      Field{"enabled", &IntelRdtFeatures::enabled},
      Field{"schemata", &IntelRdtFeatures::schemata},
      Field{"monitoring", &IntelRdtFeatures::monitoring},
  };
};

struct MemoryPolicyFeatures {
  std::vector<std::string> modes;
  std::vector<std::string> flags;
};

template <>
struct Describe<MemoryPolicyFeatures> {
  static constexpr auto fields = std::tuple{
      Field{"modes", &MemoryPolicyFeatures::modes},
      Field{"flags", &MemoryPolicyFeatures::flags},
  };
};

// What AppArmor, SELinux, idmapped mounts and network devices have in common.
struct Support {
  std::optional<bool> enabled;
};

template <>
struct Describe<Support> {
  static constexpr auto fields = std::tuple{
      Field{"enabled", &Support::enabled},
  };
};

struct MountExtensions {
  std::optional<Support> idmap;
};

template <>
struct Describe<MountExtensions> {
  static constexpr auto fields = std::tuple{
      Field{"idmap", &MountExtensions::idmap},
  };
};

struct LinuxFeatures {
  std::vector<std::string> namespaces;
  std::vector<std::string> capabilities;
  std::optional<CgroupFeatures> cgroup;
  std::optional<SeccompFeatures> seccomp;
  std::optional<Support> apparmor;
  std::optional<Support> selinux;
  std::optional<IntelRdtFeatures> intel_rdt;
  std::optional<MemoryPolicyFeatures> memory_policy;
  std::optional<MountExtensions> mount_extensions;
  std::optional<Support> net_devices;
};

template <>
struct Describe<LinuxFeatures> {
  static constexpr auto fields = std::tuple{
      Field{"namespaces", &LinuxFeatures::namespaces},
      Field{"capabilities", &LinuxFeatures::capabilities},
      Field{"cgroup", &LinuxFeatures::cgroup},
      Field{"seccomp", &LinuxFeatures::seccomp},
      Field{"apparmor", &LinuxFeatures::apparmor},
      Field{"selinux", &LinuxFeatures::selinux},
      Field{"intelRdt", &LinuxFeatures::intel_rdt},
      Field{"memoryPolicy", &LinuxFeatures::memory_policy},
      Field{"mountExtensions", &LinuxFeatures::mount_extensions},
      Field{"netDevices", &LinuxFeatures::net_devices},
  };
};

struct Features {
  std::string oci_version_min;
  std::string oci_version_max;
  std::vector<std::string> hooks;
  std::vector<std::string> mount_options;
  std::optional<LinuxFeatures> linux;
  Map<std::string> annotations;
  std::vector<std::string> potentially_unsafe_config_annotations;
};

template <>
struct Describe<Features> {
  static constexpr auto fields = std::tuple{
      Field{"ociVersionMin", &Features::oci_version_min, required},
      Field{"ociVersionMax", &Features::oci_version_max, required},
      Field{"hooks", &Features::hooks},
      Field{"mountOptions", &Features::mount_options},
      Field{"linux", &Features::linux},
      Field{"annotations", &Features::annotations},
      Field{"potentiallyUnsafeConfigAnnotations", &Features::potentially_unsafe_config_annotations},
  };
};

}  // namespace oci
