// The `linux.resources` object (config-linux.md#control-groups), as values with their rows.
//
// Nearly everything is optional here: an absent limit is left alone, which no number expresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "oci/describe.h"

namespace oci {

enum class DeviceRuleType : char { All = 'a', Block = 'b', Char = 'c' };

template <>
struct Names<DeviceRuleType> {
  static constexpr NameOf<DeviceRuleType> table[] = {
      {"a", DeviceRuleType::All},
      {"c", DeviceRuleType::Char},
      {"b", DeviceRuleType::Block},
  };
};

struct DeviceRule {
  bool allow = false;
  std::optional<DeviceRuleType> type;  // absent: all
  std::optional<std::int64_t> major;   // absent: all, like -1
  std::optional<std::int64_t> minor;
  std::string access;
};

template <>
struct Describe<DeviceRule> {
  static constexpr auto fields = std::tuple{
      Field{"allow", &DeviceRule::allow, required}, Field{"type", &DeviceRule::type},
      Field{"major", &DeviceRule::major},           Field{"minor", &DeviceRule::minor},
      Field{"access", &DeviceRule::access},
  };
};

struct MemoryLimits {  // bytes, -1: unlimited
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> reservation;
  std::optional<std::int64_t> swap;
  std::optional<std::int64_t> kernel;
  std::optional<std::int64_t> kernel_tcp;
  std::optional<std::uint64_t> swappiness;  // 0 to 100
  std::optional<bool> disable_oom_killer;
  std::optional<bool> use_hierarchy;
  std::optional<bool> check_before_update;
};

template <>
struct Describe<MemoryLimits> {
  static constexpr auto fields = std::tuple{
      Field{"limit", &MemoryLimits::limit},
      Field{"reservation", &MemoryLimits::reservation},
      Field{"swap", &MemoryLimits::swap},
      Field{"kernel", &MemoryLimits::kernel},
      Field{"kernelTCP", &MemoryLimits::kernel_tcp},
      Field{"swappiness", &MemoryLimits::swappiness},
      Field{"disableOOMKiller", &MemoryLimits::disable_oom_killer},
      Field{"useHierarchy", &MemoryLimits::use_hierarchy},
      Field{"checkBeforeUpdate", &MemoryLimits::check_before_update},
  };
};

struct CpuLimits {                      // times in µs
  std::optional<std::uint64_t> shares;  // relative, 1024: the usual
  std::optional<std::int64_t> quota;
  std::optional<std::uint64_t> burst;
  std::optional<std::uint64_t> period;
  std::optional<std::int64_t> realtime_runtime;
  std::optional<std::uint64_t> realtime_period;
  std::string cpus;
  std::string mems;
  std::optional<std::int64_t> idle;
};

template <>
struct Describe<CpuLimits> {
  static constexpr auto fields = std::tuple{
      Field{"shares", &CpuLimits::shares},
      Field{"quota", &CpuLimits::quota},
      Field{"burst", &CpuLimits::burst},
      Field{"period", &CpuLimits::period},
      Field{"realtimeRuntime", &CpuLimits::realtime_runtime},
      Field{"realtimePeriod", &CpuLimits::realtime_period},
      Field{"cpus", &CpuLimits::cpus},
      Field{"mems", &CpuLimits::mems},
      Field{"idle", &CpuLimits::idle},
  };
};

struct PidsLimit {
  std::optional<std::int64_t> limit;  // -1: unlimited
};

template <>
struct Describe<PidsLimit> {
  static constexpr auto fields = std::tuple{
      Field{"limit", &PidsLimit::limit},
  };
};

struct WeightDevice {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::optional<std::uint16_t> weight;
  std::optional<std::uint16_t> leaf_weight;
};

template <>
struct Describe<WeightDevice> {
  static constexpr auto fields = std::tuple{
      Field{"major", &WeightDevice::major, required},
      Field{"minor", &WeightDevice::minor, required},
      Field{"weight", &WeightDevice::weight},
      Field{"leafWeight", &WeightDevice::leaf_weight},
  };
};

struct ThrottleDevice {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::uint64_t rate = 0;  // bytes or operations a second
};

template <>
struct Describe<ThrottleDevice> {
  static constexpr auto fields = std::tuple{
      Field{"major", &ThrottleDevice::major, required},
      Field{"minor", &ThrottleDevice::minor, required},
      Field{"rate", &ThrottleDevice::rate, required},
  };
};

struct BlockIo {
  std::optional<std::uint16_t> weight;
  std::optional<std::uint16_t> leaf_weight;
  std::vector<WeightDevice> weight_device;
  std::vector<ThrottleDevice> throttle_read_bps_device;
  std::vector<ThrottleDevice> throttle_write_bps_device;
  std::vector<ThrottleDevice> throttle_read_iops_device;
  std::vector<ThrottleDevice> throttle_write_iops_device;
};

template <>
struct Describe<BlockIo> {
  static constexpr auto fields = std::tuple{
      Field{"weight", &BlockIo::weight},
      Field{"leafWeight", &BlockIo::leaf_weight},
      Field{"weightDevice", &BlockIo::weight_device},
      Field{"throttleReadBpsDevice", &BlockIo::throttle_read_bps_device},
      Field{"throttleWriteBpsDevice", &BlockIo::throttle_write_bps_device},
      Field{"throttleReadIOPSDevice", &BlockIo::throttle_read_iops_device},
      Field{"throttleWriteIOPSDevice", &BlockIo::throttle_write_iops_device},
  };
};

struct HugepageLimit {
  std::string page_size;
  std::uint64_t limit = 0;  // bytes
};

template <>
struct Describe<HugepageLimit> {
  static constexpr auto fields = std::tuple{
      Field{"pageSize", &HugepageLimit::page_size, required},
      Field{"limit", &HugepageLimit::limit, required},
  };
};

struct InterfacePriority {
  std::string name;
  std::uint32_t priority = 0;
};

template <>
struct Describe<InterfacePriority> {
  static constexpr auto fields = std::tuple{
      Field{"name", &InterfacePriority::name, required},
      Field{"priority", &InterfacePriority::priority, required},
  };
};

struct NetworkLimits {
  std::optional<std::uint32_t> class_id;
  std::vector<InterfacePriority> priorities;
};

template <>
struct Describe<NetworkLimits> {
  static constexpr auto fields = std::tuple{
      Field{"classID", &NetworkLimits::class_id},
      Field{"priorities", &NetworkLimits::priorities},
  };
};

struct RdmaLimit {
  std::optional<std::uint32_t> hca_handles;
  std::optional<std::uint32_t> hca_objects;
};

template <>
struct Describe<RdmaLimit> {
  static constexpr auto fields = std::tuple{
      Field{"hcaHandles", &RdmaLimit::hca_handles},
      Field{"hcaObjects", &RdmaLimit::hca_objects},
  };
};

struct Resources {
  std::vector<DeviceRule> devices;
  std::optional<MemoryLimits> memory;
  std::optional<CpuLimits> cpu;
  std::optional<PidsLimit> pids;
  std::optional<BlockIo> block_io;
  std::vector<HugepageLimit> hugepage_limits;
  std::optional<NetworkLimits> network;
  Map<RdmaLimit> rdma;
  Map<std::string> unified;
};

template <>
struct Describe<Resources> {
  static constexpr auto fields = std::tuple{
      Field{"devices", &Resources::devices},  Field{"memory", &Resources::memory},
      Field{"cpu", &Resources::cpu},          Field{"pids", &Resources::pids},
      Field{"blockIO", &Resources::block_io}, Field{"hugepageLimits", &Resources::hugepage_limits},
      Field{"network", &Resources::network},  Field{"rdma", &Resources::rdma},
      Field{"unified", &Resources::unified},
  };
};

}  // namespace oci
