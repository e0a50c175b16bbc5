// cgroup2 (Documentation/admin-guide/cgroup-v2.rst in the kernel). Its pressure files and the usage
// in cpu.stat are there without any controller, on a hybrid host as well.
#include <limits>

#include "base/text.h"
#include "runtime/cgroup/statistics_files.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::cat;

namespace {

constexpr std::uint64_t kNanosecondsPerMicrosecond = 1000;
constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

void read_cpu(BorrowedFd folder, Cpu& cpu) {
  const Counters stat = parse_flat(read_text(folder, "cpu.stat"));
  const auto time = [&](const char* key) {
    return counter(stat, key) * kNanosecondsPerMicrosecond;
  };
  cpu.usage.total = time("usage_usec");
  cpu.usage.user = time("user_usec");
  cpu.usage.kernel = time("system_usec");
  cpu.throttling = {counter(stat, "nr_periods"), counter(stat, "nr_throttled"),
                    time("throttled_usec")};
  cpu.psi = parse_pressure(read_text(folder, "cpu.pressure"));
}

// `kind` is "memory" or "memory.swap".
MemoryEntry read_usage(BorrowedFd folder, const char* kind) {
  const auto number = [&](const char* what) { return read_number(folder, cat(kind, what)); };
  const Counters events = parse_flat(read_text(folder, cat(kind, ".events")));
  return {number(".max"), number(".current"), number(".peak"), counter(events, "max")};
}

// v1 counts memory and swap together, and that is what readers of `swap` expect.
MemoryEntry with_swap(const MemoryEntry& memory, const MemoryEntry& swap) {
  const bool is_unlimited = swap.limit > kUnlimited - memory.limit;
  return {is_unlimited ? kUnlimited : swap.limit + memory.limit, swap.usage + memory.usage, 0,
          swap.failcnt};
}

void read_memory(BorrowedFd folder, Memory& memory) {
  memory.raw = parse_flat(read_text(folder, "memory.stat"));
  memory.cache = counter(memory.raw, "file");
  memory.usage = read_usage(folder, "memory");
  memory.swap = with_swap(memory.usage, read_usage(folder, "memory.swap"));
  memory.psi = parse_pressure(read_text(folder, "memory.pressure"));
}

void read_io(BorrowedFd folder, Blkio& io) {
  for (const DeviceCounters& device : parse_nested(read_text(folder, "io.stat"))) {
    const auto add = [&](std::vector<BlkioEntry>& list, const char* op, const char* key) {
      list.push_back({device.major, device.minor, op, counter(device.counters, key)});
    };
    add(io.io_service_bytes, "Read", "rbytes");
    add(io.io_service_bytes, "Write", "wbytes");
    add(io.io_serviced, "Read", "rios");
    add(io.io_serviced, "Write", "wios");
  }
  io.psi = parse_pressure(read_text(folder, "io.pressure"));
}

void read_pids(BorrowedFd folder, Pids& pids) {
  const std::uint64_t limit = read_number(folder, "pids.max");
  pids = {read_number(folder, "pids.current"), limit == kUnlimited ? 0 : limit};
}

void read_hugetlb(BorrowedFd folder, oci::Map<Hugetlb>& hugetlb) {
  for (const std::string& size : huge_page_sizes(folder, ".current")) {
    const std::string prefix = cat("hugetlb.", size);
    const Counters events = parse_flat(read_text(folder, prefix + ".events"));
    hugetlb.emplace_back(
        size, Hugetlb{read_number(folder, prefix + ".current"), 0, counter(events, "max")});
  }
}

}  // namespace

void read_statistics_v2(const Source& source, Statistics& statistics) {
  read_cpu(source.folder, statistics.cpu);
  read_memory(source.folder, statistics.memory);
  read_io(source.folder, statistics.blkio);
  read_pids(source.folder, statistics.pids);
  read_hugetlb(source.folder, statistics.hugetlb);
}

}  // namespace runtime::cgroup
