// The `linux` object of config.json and the Linux-only parts of `process` (config-linux.md,
// config.md#linux-process), as values with their rows. Resources are in resources.h.
//
// Enumerators whose kernel number is the same on every architecture carry that number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "oci/describe.h"
#include "oci/resources.h"
#include "oci/seccomp.h"

namespace oci {

enum class NamespaceType { Pid, Network, Mount, Ipc, Uts, User, Cgroup, Time };

template <>
struct Names<NamespaceType> {
  static constexpr NameOf<NamespaceType> table[] = {
      {"pid", NamespaceType::Pid},       {"network", NamespaceType::Network},
      {"mount", NamespaceType::Mount},   {"ipc", NamespaceType::Ipc},
      {"uts", NamespaceType::Uts},       {"user", NamespaceType::User},
      {"cgroup", NamespaceType::Cgroup}, {"time", NamespaceType::Time},
  };
};

struct Namespace {
  NamespaceType type{};
  std::string path;  // empty: a new namespace
};

template <>
struct Describe<Namespace> {
  static constexpr auto fields = std::tuple{
      Field{"type", &Namespace::type, required},
      Field{"path", &Namespace::path},
  };
};

struct IdMapping {
  std::uint32_t container_id = 0;
  std::uint32_t host_id = 0;
  std::uint32_t size = 0;

  bool operator==(const IdMapping&) const = default;
};

template <>
struct Describe<IdMapping> {
  static constexpr auto fields = std::tuple{
      Field{"containerID", &IdMapping::container_id, required},
      Field{"hostID", &IdMapping::host_id, required},
      Field{"size", &IdMapping::size, required},
  };
};

struct TimeOffset {  // the sum of both
  std::int64_t secs = 0;
  std::uint32_t nanosecs = 0;
};

template <>
struct Describe<TimeOffset> {
  static constexpr auto fields = std::tuple{
      Field{"secs", &TimeOffset::secs},
      Field{"nanosecs", &TimeOffset::nanosecs},
  };
};

enum class DeviceType : char { Block = 'b', Char = 'c', Fifo = 'p', Unbuffered = 'u' };

template <>
struct Names<DeviceType> {
  static constexpr NameOf<DeviceType> table[] = {
      {"c", DeviceType::Char},
      {"b", DeviceType::Block},
      {"u", DeviceType::Unbuffered},
      {"p", DeviceType::Fifo},
  };
};

struct Device {
  DeviceType type{};
  std::string path;
  std::optional<std::int64_t> major;  // there except for a fifo, once validated
  std::optional<std::int64_t> minor;
  std::optional<std::uint32_t> file_mode;
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
};

template <>
struct Describe<Device> {
  static constexpr auto fields = std::tuple{
      Field{"type", &Device::type, required},
      Field{"path", &Device::path, required},
      Field{"major", &Device::major},
      Field{"minor", &Device::minor},
      Field{"fileMode", &Device::file_mode},
      Field{"uid", &Device::uid},
      Field{"gid", &Device::gid},
  };
};

struct NetDevice {
  std::string name;  // inside the container; empty: as outside
};

template <>
struct Describe<NetDevice> {
  static constexpr auto fields = std::tuple{
      Field{"name", &NetDevice::name},
  };
};

struct IntelRdt {
  std::string clos_id;
  std::vector<std::string> schemata;
  std::string l3_cache_schema;
  std::string mem_bw_schema;
  bool enable_monitoring = false;
};

template <>
struct Describe<IntelRdt> {
  static constexpr auto fields = std::tuple{
      Field{"closID", &IntelRdt::clos_id},
      Field{"schemata", &IntelRdt::schemata},
      Field{"l3CacheSchema", &IntelRdt::l3_cache_schema},
      Field{"memBwSchema", &IntelRdt::mem_bw_schema},
      Field{"enableMonitoring", &IntelRdt::enable_monitoring},
  };
};

enum class MemoryPolicyMode {
  Default = 0,
  Preferred = 1,
  Bind = 2,
  Interleave = 3,
  Local = 4,
  PreferredMany = 5,
  WeightedInterleave = 6,
};

template <>
struct Names<MemoryPolicyMode> {
  static constexpr NameOf<MemoryPolicyMode> table[] = {
      {"MPOL_DEFAULT", MemoryPolicyMode::Default},
      {"MPOL_PREFERRED", MemoryPolicyMode::Preferred},
      {"MPOL_BIND", MemoryPolicyMode::Bind},
      {"MPOL_INTERLEAVE", MemoryPolicyMode::Interleave},
      {"MPOL_LOCAL", MemoryPolicyMode::Local},
      {"MPOL_PREFERRED_MANY", MemoryPolicyMode::PreferredMany},
      {"MPOL_WEIGHTED_INTERLEAVE", MemoryPolicyMode::WeightedInterleave},
  };
};

enum class MemoryPolicyFlag {
  NumaBalancing = 1 << 13,
  RelativeNodes = 1 << 14,
  StaticNodes = 1 << 15,
};

template <>
struct Names<MemoryPolicyFlag> {
  static constexpr NameOf<MemoryPolicyFlag> table[] = {
      {"MPOL_F_NUMA_BALANCING", MemoryPolicyFlag::NumaBalancing},
      {"MPOL_F_RELATIVE_NODES", MemoryPolicyFlag::RelativeNodes},
      {"MPOL_F_STATIC_NODES", MemoryPolicyFlag::StaticNodes},
  };
};

struct MemoryPolicy {
  MemoryPolicyMode mode{};
  std::string nodes;
  std::vector<MemoryPolicyFlag> flags;
};

template <>
struct Describe<MemoryPolicy> {
  static constexpr auto fields = std::tuple{
      Field{"mode", &MemoryPolicy::mode, required},
      Field{"nodes", &MemoryPolicy::nodes},
      Field{"flags", &MemoryPolicy::flags},
  };
};

enum class PersonalityDomain { Linux = 0x0000, Linux32 = 0x0008 };

template <>
struct Names<PersonalityDomain> {
  static constexpr NameOf<PersonalityDomain> table[] = {
      {"LINUX", PersonalityDomain::Linux},
      {"LINUX32", PersonalityDomain::Linux32},
  };
};

struct Personality {
  PersonalityDomain domain{};
  std::vector<std::string> flags;
};

template <>
struct Describe<Personality> {
  static constexpr auto fields = std::tuple{
      Field{"domain", &Personality::domain, required},
      Field{"flags", &Personality::flags},
  };
};

enum class Propagation {
  Private,
  RecursivePrivate,
  Shared,
  RecursiveShared,
  Slave,
  RecursiveSlave,
  Unbindable,
  RecursiveUnbindable,
};

template <>
struct Names<Propagation> {
  static constexpr NameOf<Propagation> table[] = {
      {"private", Propagation::Private},       {"rprivate", Propagation::RecursivePrivate},
      {"shared", Propagation::Shared},         {"rshared", Propagation::RecursiveShared},
      {"slave", Propagation::Slave},           {"rslave", Propagation::RecursiveSlave},
      {"unbindable", Propagation::Unbindable}, {"runbindable", Propagation::RecursiveUnbindable},
  };
};

struct Linux {
  std::vector<Namespace> namespaces;
  std::vector<IdMapping> uid_mappings;
  std::vector<IdMapping> gid_mappings;
  Map<TimeOffset> time_offsets;
  std::vector<Device> devices;
  Map<NetDevice> net_devices;
  std::string cgroups_path;
  std::optional<Resources> resources;
  std::optional<IntelRdt> intel_rdt;
  std::optional<MemoryPolicy> memory_policy;
  Map<std::string> sysctl;
  std::optional<Seccomp> seccomp;
  std::optional<Propagation> rootfs_propagation;
  std::vector<std::string> masked_paths;
  std::vector<std::string> readonly_paths;
  std::string mount_label;
  std::optional<Personality> personality;
};

template <>
struct Describe<Linux> {
  static constexpr auto fields = std::tuple{
      Field{"uidMappings", &Linux::uid_mappings},
      Field{"gidMappings", &Linux::gid_mappings},
      Field{"sysctl", &Linux::sysctl},
      Field{"resources", &Linux::resources},
      Field{"cgroupsPath", &Linux::cgroups_path},
      Field{"namespaces", &Linux::namespaces},
      Field{"devices", &Linux::devices},
      Field{"netDevices", &Linux::net_devices},
      Field{"seccomp", &Linux::seccomp},
      Field{"rootfsPropagation", &Linux::rootfs_propagation},
      Field{"maskedPaths", &Linux::masked_paths},
      Field{"readonlyPaths", &Linux::readonly_paths},
      Field{"mountLabel", &Linux::mount_label},
      Field{"intelRdt", &Linux::intel_rdt},
      Field{"memoryPolicy", &Linux::memory_policy},
      Field{"personality", &Linux::personality},
      Field{"timeOffsets", &Linux::time_offsets},
  };
};

// The configured namespace of that type, nullptr if the container shares the runtime's.
inline const Namespace* find_namespace(const Linux& config, NamespaceType type) {
  for (const Namespace& each : config.namespaces) {
    if (each.type == type) return &each;
  }
  return nullptr;
}

// Whether the container gets a new namespace of that type, and shares it with nobody at first.
inline bool has_new_namespace(const Linux& config, NamespaceType type) {
  const Namespace* listed = find_namespace(config, type);
  return listed != nullptr && listed->path.empty();
}

}  // namespace oci
