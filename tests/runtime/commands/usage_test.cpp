#include "runtime/commands/usage.h"

#include <gtest/gtest.h>
#include <limits>

namespace {

using namespace std::chrono_literals;
using runtime::Sample;
using runtime::Usage;

constexpr std::uint64_t kMachine = std::uint64_t{4} << 30;

Sample sample_at(std::chrono::milliseconds time, std::uint64_t cpu) {
  Sample sample;
  sample.id = "web";
  sample.time = std::chrono::steady_clock::time_point(time);
  sample.statistics.cpu.usage.total = cpu;
  return sample;
}

TEST(Usage, OfTheCpuIsADifference) {
  const struct {
    std::uint64_t before;
    std::uint64_t after;
    std::chrono::milliseconds elapsed;
    std::uint64_t hundredths;
  } rows[] = {
      {1000, 1000, 1000ms, 0},
      {0, 1'000'000'000, 1000ms, 100'00},
      {500, 500'000'500, 250ms, 200'00},
      {0, 123'400, 1000ms, 1},
      {1000, 0, 1000ms, 0},  // another container of that name
      {0, 1000, 0ms, 0},
  };
  for (const auto& row : rows) {
    const Usage usage =
        usage_between(sample_at(0ms, row.before), sample_at(row.elapsed, row.after), kMachine);
    EXPECT_EQ(usage.cpu_percent.count, row.hundredths) << row.before << " " << row.after;
  }
}

TEST(Usage, OfMemoryIsWithoutWhatIsGivenUpFirst) {
  const struct {
    const char* key;
    std::uint64_t inactive;
    std::uint64_t usage;
    std::uint64_t left;
  } rows[] = {
      {"inactive_file", 1000, 3000, 2000},
      {"total_inactive_file", 1000, 3000, 2000},
      {"cache", 1000, 3000, 3000},
      {"inactive_file", 4000, 3000, 0},
  };
  for (const auto& row : rows) {
    Sample now = sample_at(0ms, 0);
    now.statistics.memory.usage.usage = row.usage;
    now.statistics.memory.raw = {{row.key, row.inactive}};
    EXPECT_EQ(usage_between(now, now, kMachine).memory_usage, row.left) << row.key;
  }
}

TEST(Usage, HasTheMachinesMemoryForALimitIfThereIsNoLess) {
  const struct {
    std::uint64_t limit;
    std::uint64_t shown;
  } rows[] = {{0, kMachine},
              {1024, 1024},
              {std::numeric_limits<std::uint64_t>::max(), kMachine},
              {9223372036854771712U, kMachine}};
  for (const auto& row : rows) {
    Sample now = sample_at(0ms, 0);
    now.statistics.memory.usage.limit = row.limit;
    EXPECT_EQ(usage_between(now, now, kMachine).memory_limit, row.shown);
  }
}

Usage full_usage() {
  Sample now = sample_at(1000ms, 250'000'000);
  now.statistics.memory.usage = {.limit = std::uint64_t{64} << 20, .usage = 16 << 20};
  now.statistics.pids.current = 3;
  now.statistics.blkio.io_service_bytes = {
      {8, 0, "Read", 1024}, {8, 0, "Write", 5}, {8, 16, "Read", 1024}, {8, 16, "Total", 9}};
  now.statistics.cpu.psi.emplace().some.avg10 = {150};
  now.statistics.blkio.psi = runtime::cgroup::Pressure{};
  return usage_between(sample_at(0ms, 0), now, kMachine);
}

TEST(Usage, AsATable) {
  EXPECT_EQ(
      runtime::usage_table({full_usage()}),
      "ID    CPU %    MEM USAGE / LIMIT   MEM %    PIDS   IO READ / WRITE   PSI CPU / MEM / IO\n"
      "web   25.00%   16.0MiB / 64.0MiB   25.00%   3      2.00KiB / 5B      1.50 / - / 0.00\n");
  EXPECT_EQ(
      runtime::usage_table({}),
      "ID   CPU %   MEM USAGE / LIMIT   MEM %   PIDS   IO READ / WRITE   PSI CPU / MEM / IO\n");
}

TEST(Usage, AsJson) {
  EXPECT_EQ(runtime::usage_json({full_usage()}),
            R"([{"id":"web","cpuPercent":25.00,"memoryUsage":16777216,"memoryLimit":67108864,)"
            R"("memoryPercent":25.00,"pids":3,"ioRead":2048,"ioWrite":5,"cpuPressure":1.50,)"
            R"("ioPressure":0.00}])"
            "\n");
  EXPECT_EQ(runtime::usage_json({}), "[]\n");
}

}  // namespace
