// Which devices a container may use: linux.resources.devices (config-linux.md#allowed-device-list)
// as rules that are evaluated the same way on either version, the runtime's own among them. Pure.
// cgroup v1 gets them as the lines below, cgroup v2 as a program (device_program.h).
#pragma once

#include <cstdint>
#include <linux/bpf.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "oci/problems.h"
#include "oci/resources.h"

namespace runtime::cgroup {

enum class DeviceKind : std::uint8_t { Block = BPF_DEVCG_DEV_BLOCK, Char = BPF_DEVCG_DEV_CHAR };

// BPF_DEVCG_ACC_*, or'ed.
using DeviceAccess = std::uint8_t;
inline constexpr DeviceAccess kRead = BPF_DEVCG_ACC_READ;
inline constexpr DeviceAccess kWrite = BPF_DEVCG_ACC_WRITE;
inline constexpr DeviceAccess kMknod = BPF_DEVCG_ACC_MKNOD;
inline constexpr DeviceAccess kAnyAccess = kRead | kWrite | kMknod;

// A set of devices.
struct DevicePattern {
  DeviceKind kind = DeviceKind::Char;
  std::optional<std::uint32_t> major;  // absent: any
  std::optional<std::uint32_t> minor;
  bool operator==(const DevicePattern&) const = default;

  bool covers(const DevicePattern& other) const;
  bool overlaps(const DevicePattern& other) const;
};

struct DeviceRule {
  bool allow = false;
  DevicePattern devices;
  DeviceAccess access = 0;
  // Which of linux.resources.devices it comes from; absent: it is the runtime's own.
  std::optional<std::size_t> entry = std::nullopt;
};

// What holds with these entries of the config: they in their order, an entry for both kinds as two
// rules, and after them, so that they win, the rules without which no container can be set up. None
// without entries: then nothing is filtered.
//
// Each kind of access is decided by itself, by the last rule that names both it and the device;
// what no rule names is denied.
std::vector<DeviceRule> effective_device_rules(const std::vector<oci::DeviceRule>& entries);

// The same verdicts with fewer rules: without those that later ones overrule, and those that say
// what would hold anyway.
std::vector<DeviceRule> needed_device_rules(const std::vector<DeviceRule>& rules);

// One write into a v1 hierarchy's control file: devices.allow or devices.deny.
struct DeviceLine {
  bool allow = false;
  std::string text;  // "a", "c 1:3 rwm"
};

// What makes a v1 cgroup filter so, in this order. v1 has a list of exceptions, all to one side:
// rules that none expresses are a problem of the entry; `at` is the pointer of the entries.
std::vector<DeviceLine> v1_device_lines(const std::vector<DeviceRule>& rules, std::string_view at,
                                        oci::Problems& problems);

}  // namespace runtime::cgroup
