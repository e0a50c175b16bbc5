// The rules of `linux.resources` (config-linux.md#control-groups) that hold for either version of
// cgroups. What one of them can't do is the driver's to say.
#include "base/text.h"
#include "oci/json_pointer.h"
#include "oci/rules.h"

namespace oci {

namespace {

template <typename Number>
void check_range(const std::optional<Number>& number, Number least, Number most,
                 const std::string& at, Problems& problems) {
  if (!number || (*number >= least && *number <= most)) return;
  problems.add(at, base::cat(*number, " is out of range (", least, " to ", most, ")"));
}

// -1 is "no limit" in all of them.
void check_limit(const std::optional<std::int64_t>& limit, const std::string& at,
                 Problems& problems) {
  if (limit && *limit < -1) problems.add(at, base::cat(*limit, " is out of range (-1: no limit)"));
}

// config-linux.md#allowed-device-list. Bounded, because what cgroup v1 takes for "all" is a number.
void check_device_rule(const DeviceRule& rule, const std::string& at, Problems& problems) {
  check_range<std::int64_t>(rule.major, -1, kMostMajor, at + "/major", problems);
  check_range<std::int64_t>(rule.minor, -1, kMostMinor, at + "/minor", problems);
  if (rule.access.empty() || rule.access.find_first_not_of("rwm") != std::string::npos) {
    problems.add(at + "/access",
                 base::cat("must be made of r, w and m, is ", base::quoted(rule.access)));
  }
}

// As many as the program that they become on cgroup2 may have: a jump in it passes 32767
// instructions, and an entry is up to eight.
void check_device_rules(const std::vector<DeviceRule>& rules, const std::string& at,
                        Problems& problems) {
  constexpr std::size_t kMost = 2000;
  if (rules.size() > kMost) {
    return problems.add(at, base::cat("at most ", kMost, " entries, has ", rules.size()));
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    check_device_rule(rules[i], base::cat(at, '/', i), problems);
  }
}

// config-linux.md#memory: swap counts memory too, so it can't be the smaller one. Whether there is
// a limit at all, an update has to ask the kernel.
void check_swap(const MemoryLimits& memory, const std::string& at, Problems& problems) {
  const std::int64_t limit = memory.limit.value_or(0);
  const std::int64_t swap = memory.swap.value_or(0);
  if (swap <= 0 || limit <= swap) return;
  problems.add(at + "/swap", base::cat(swap, " is below the memory limit ", limit));
}

void check_memory(const MemoryLimits& memory, const std::string& at, Problems& problems) {
  check_limit(memory.limit, at + "/limit", problems);
  check_limit(memory.reservation, at + "/reservation", problems);
  check_limit(memory.swap, at + "/swap", problems);
  check_limit(memory.kernel, at + "/kernel", problems);
  check_limit(memory.kernel_tcp, at + "/kernelTCP", problems);
  check_range<std::uint64_t>(memory.swappiness, 0, 100, at + "/swappiness", problems);
  check_swap(memory, at, problems);
}

// config-linux.md#cpu: the kernel's bounds are 1 ms and 1 s; 0 is "as it is" to every peer.
void check_cpu(const CpuLimits& cpu, const std::string& at, Problems& problems) {
  if (cpu.period.value_or(0) != 0) {
    check_range<std::uint64_t>(cpu.period, 1'000, 1'000'000, at + "/period", problems);
  }
  if (cpu.quota.value_or(0) > 0 && *cpu.quota < 1'000) {
    problems.add(at + "/quota", base::cat(*cpu.quota, " is below 1000"));
  }
  check_range<std::int64_t>(cpu.idle, 0, 1, at + "/idle", problems);
}

// config-linux.md#block-io. 0 is "not set" to Docker.
void check_weight(const std::optional<std::uint16_t>& weight, const std::string& at,
                  Problems& problems) {
  if (weight.value_or(0) != 0) check_range<std::uint16_t>(weight, 10, 1000, at, problems);
}

void check_block_io(const BlockIo& block_io, const std::string& at, Problems& problems) {
  check_weight(block_io.weight, at + "/weight", problems);
  check_weight(block_io.leaf_weight, at + "/leafWeight", problems);
  for (std::size_t i = 0; i < block_io.weight_device.size(); ++i) {
    const std::string device = base::cat(at, "/weightDevice/", i);
    check_weight(block_io.weight_device[i].weight, device + "/weight", problems);
    check_weight(block_io.weight_device[i].leaf_weight, device + "/leafWeight", problems);
    if (!block_io.weight_device[i].weight && !block_io.weight_device[i].leaf_weight) {
      problems.add(device, "weight or leafWeight is needed");
    }
  }
}

// config-linux.md#huge-page-limits: "64KB", "2MB", "1GB"; it becomes part of a file's name.
bool is_page_size(std::string_view text) {
  const auto digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos) return false;
  const std::string_view unit = text.substr(digits);
  return text.front() != '0' && (unit == "KB" || unit == "MB" || unit == "GB");
}

void check_hugepage_limits(const Resources& resources, std::string_view at, Problems& problems) {
  for (std::size_t i = 0; i < resources.hugepage_limits.size(); ++i) {
    const std::string& size = resources.hugepage_limits[i].page_size;
    if (is_page_size(size)) continue;
    problems.add(base::cat(at, "/hugepageLimits/", i, "/pageSize"),
                 base::cat(base::quoted(size), " is no size like 2MB"));
  }
}

// config-linux.md#rdma
void check_rdma(const Resources& resources, std::string_view at, Problems& problems) {
  for (const auto& [device, limit] : resources.rdma) {
    if (limit.hca_handles || limit.hca_objects) continue;
    problems.add(member_pointer(base::cat(at, "/rdma"), device),
                 "hcaHandles or hcaObjects is needed");
  }
}

// config-linux.md#unified: the key is the name of one file of the cgroup.
void check_unified(const Resources& resources, std::string_view at, Problems& problems) {
  for (const auto& [file, value] : resources.unified) {
    const bool plain = file.find('.') != std::string::npos && !file.starts_with('.') &&
                       file.find('/') == std::string::npos && !has_control_characters(file);
    if (plain) continue;
    problems.add(member_pointer(base::cat(at, "/unified"), file), "not the name of a cgroup file");
  }
}

}  // namespace

void check_resources(const Resources& resources, std::string_view at, Problems& problems) {
  check_device_rules(resources.devices, base::cat(at, "/devices"), problems);
  if (resources.memory) check_memory(*resources.memory, base::cat(at, "/memory"), problems);
  if (resources.cpu) check_cpu(*resources.cpu, base::cat(at, "/cpu"), problems);
  if (resources.pids) check_limit(resources.pids->limit, base::cat(at, "/pids/limit"), problems);
  if (resources.block_io) check_block_io(*resources.block_io, base::cat(at, "/blockIO"), problems);
  check_hugepage_limits(resources, at, problems);
  check_rdma(resources, at, problems);
  check_unified(resources, at, problems);
}

}  // namespace oci
