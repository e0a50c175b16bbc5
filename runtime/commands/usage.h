// What `stats` shows of a container: computed from two looks at what the kernel has counted.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "oci/describe.h"
#include "oci/hundredths.h"
#include "runtime/cgroup/statistics.h"

namespace runtime {

// One look.
struct Sample {
  std::string id;
  std::chrono::steady_clock::time_point time;
  cgroup::Statistics statistics;
};

// Sizes in bytes. The pressure is the share of the last 10 seconds in which something waited;
// absent where the kernel doesn't tell.
struct Usage {
  std::string id;
  oci::Hundredths cpu_percent;     // of one CPU
  std::uint64_t memory_usage = 0;  // without file pages that would be given up first
  std::uint64_t memory_limit = 0;  // the machine's memory if that is less
  oci::Hundredths memory_percent;
  std::uint64_t pids = 0;
  std::uint64_t io_read = 0;  // since the container was made, as the next
  std::uint64_t io_write = 0;
  std::optional<oci::Hundredths> cpu_pressure;
  std::optional<oci::Hundredths> memory_pressure;
  std::optional<oci::Hundredths> io_pressure;
};

// `machine_memory` in bytes.
Usage usage_between(const Sample& before, const Sample& after, std::uint64_t machine_memory);

// For people: a heading and a line each.
std::string usage_table(const std::vector<Usage>& all);
// For programs: an array, on one line.
std::string usage_json(const std::vector<Usage>& all);

}  // namespace runtime

template <>
struct oci::Describe<runtime::Usage> {
  using Usage = runtime::Usage;
  static constexpr auto fields = std::tuple{
      Field{"id", &Usage::id, required},
      Field{"cpuPercent", &Usage::cpu_percent, required},
      Field{"memoryUsage", &Usage::memory_usage, required},
      Field{"memoryLimit", &Usage::memory_limit, required},
      Field{"memoryPercent", &Usage::memory_percent, required},
      Field{"pids", &Usage::pids, required},
      Field{"ioRead", &Usage::io_read, required},
      Field{"ioWrite", &Usage::io_write, required},
      Field{"cpuPressure", &Usage::cpu_pressure},
      Field{"memoryPressure", &Usage::memory_pressure},
      Field{"ioPressure", &Usage::io_pressure},
  };
};
