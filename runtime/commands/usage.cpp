#include "runtime/commands/usage.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "oci/json_writer.h"
#include "runtime/commands/table.h"

namespace runtime {

using base::cat;
using cgroup::BlkioEntry;
using cgroup::Memory;
using cgroup::Pressure;
using oci::Hundredths;

namespace {

std::uint64_t difference(std::uint64_t more, std::uint64_t less) {
  return more > less ? more - less : 0;
}

Hundredths percentage(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return {};
  // In floating point, because either may use all 64 bits.
  return {static_cast<std::uint64_t>(static_cast<double>(part) * 1e4 / static_cast<double>(whole))};
}

Hundredths cpu_percent(const Sample& before, const Sample& after) {
  const std::chrono::nanoseconds elapsed = after.time - before.time;
  return percentage(difference(after.statistics.cpu.usage.total, before.statistics.cpu.usage.total),
                    static_cast<std::uint64_t>(std::max<std::int64_t>(elapsed.count(), 0)));
}

// The name that v2 has, and v1's for a cgroup with all below it.
std::uint64_t inactive_file(const Memory& memory) {
  const auto* value = oci::find(memory.raw, "total_inactive_file");
  if (value == nullptr) value = oci::find(memory.raw, "inactive_file");
  return value == nullptr ? 0 : *value;
}

std::uint64_t sum_of(const std::vector<BlkioEntry>& entries, std::string_view op) {
  std::uint64_t sum = 0;
  for (const BlkioEntry& entry : entries) {
    if (entry.op == op) sum += entry.value;
  }
  return sum;
}

std::optional<Hundredths> recent(const std::optional<Pressure>& pressure) {
  if (!pressure) return std::nullopt;
  return pressure->some.avg10;
}

std::string shown(const std::optional<Hundredths>& number) {
  return number ? oci::text_of(*number) : "-";
}

std::vector<std::string> cells_of(const Usage& usage) {
  return {usage.id,
          oci::text_of(usage.cpu_percent) + "%",
          cat(human_size(usage.memory_usage), " / ", human_size(usage.memory_limit)),
          oci::text_of(usage.memory_percent) + "%",
          cat(usage.pids),
          cat(human_size(usage.io_read), " / ", human_size(usage.io_write)),
          cat(shown(usage.cpu_pressure), " / ", shown(usage.memory_pressure), " / ",
              shown(usage.io_pressure))};
}

}  // namespace

Usage usage_between(const Sample& before, const Sample& after, std::uint64_t machine_memory) {
  const cgroup::Statistics& now = after.statistics;
  const std::uint64_t limit = now.memory.usage.limit;
  Usage usage;
  usage.id = after.id;
  usage.cpu_percent = cpu_percent(before, after);
  usage.memory_usage = difference(now.memory.usage.usage, inactive_file(now.memory));
  usage.memory_limit = limit == 0 ? machine_memory : std::min(limit, machine_memory);
  usage.memory_percent = percentage(usage.memory_usage, usage.memory_limit);
  usage.pids = now.pids.current;
  usage.io_read = sum_of(now.blkio.io_service_bytes, "Read");
  usage.io_write = sum_of(now.blkio.io_service_bytes, "Write");
  usage.cpu_pressure = recent(now.cpu.psi);
  usage.memory_pressure = recent(now.memory.psi);
  usage.io_pressure = recent(now.blkio.psi);
  return usage;
}

std::string usage_table(const std::vector<Usage>& all) {
  Table table = {{"ID", "CPU %", "MEM USAGE / LIMIT", "MEM %", "PIDS", "IO READ / WRITE",
                  "PSI CPU / MEM / IO"}};
  table.reserve(all.size() + 1);
  for (const Usage& usage : all) table.push_back(cells_of(usage));
  return format_table(std::move(table));
}

std::string usage_json(const std::vector<Usage>& all) { return oci::write_json(all) + "\n"; }

}  // namespace runtime
