// cgroup v1 (Documentation/admin-guide/cgroup-v1 in the kernel): each controller in the hierarchy
// that has it. What was read from cgroup2 before is replaced, the pressure excepted.
#include <limits>

#include "base/text.h"
#include "runtime/cgroup/control_files.h"
#include "runtime/cgroup/statistics_files.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::cat;

namespace {

void read_cpu(BorrowedFd folder, Statistics& statistics) {
  const Counters stat = parse_flat(read_text(folder, "cpu.stat"));
  statistics.cpu.throttling = {counter(stat, "nr_periods"), counter(stat, "nr_throttled"),
                               counter(stat, "throttled_time")};
}

// "cpu user system" and then a line of three numbers for each CPU, in nanoseconds.
void read_per_cpu(BorrowedFd folder, CpuUsage& usage) {
  usage.per_cpu = parse_numbers(read_text(folder, "cpuacct.usage_percpu"));
  const std::string all = read_text(folder, "cpuacct.usage_all");
  for (const std::string_view line : base::split(all, '\n')) {
    const auto numbers = parse_numbers(line);
    if (numbers.size() != 3) continue;
    usage.per_cpu_user.push_back(numbers[1]);
    usage.per_cpu_kernel.push_back(numbers[2]);
  }
}

void read_cpuacct(BorrowedFd folder, Statistics& statistics) {
  constexpr std::uint64_t kNanosecondsPerTick = 10'000'000;  // USER_HZ is 100 everywhere
  CpuUsage& usage = statistics.cpu.usage;
  const Counters stat = parse_flat(read_text(folder, "cpuacct.stat"));
  usage.total = read_number(folder, "cpuacct.usage");
  usage.user = counter(stat, "user") * kNanosecondsPerTick;
  usage.kernel = counter(stat, "system") * kNanosecondsPerTick;
  read_per_cpu(folder, usage);
}

void read_cpuset(BorrowedFd folder, Statistics& statistics) {
  const auto flag = [&](const char* name) { return read_number(folder, cat("cpuset.", name)); };
  Cpuset& cpuset = statistics.cpuset;
  cpuset.cpus = parse_list(read_text(folder, file::kCpus));
  cpuset.mems = parse_list(read_text(folder, file::kMems));
  cpuset.cpu_exclusive = flag("cpu_exclusive");
  cpuset.mem_hardwall = flag("mem_hardwall");
  cpuset.mem_exclusive = flag("mem_exclusive");
  cpuset.memory_migrate = flag("memory_migrate");
  cpuset.memory_spread_page = flag("memory_spread_page");
  cpuset.memory_spread_slab = flag("memory_spread_slab");
  cpuset.memory_pressure = flag("memory_pressure");
  cpuset.sched_load_balance = flag("sched_load_balance");
  // -1: as the system does.
  const std::string level = read_text(folder, "cpuset.sched_relax_domain_level");
  cpuset.sched_relax_domain_level =
      base::parse_int<std::int64_t>(base::without_newline(level)).value_or(0);
}

// `kind` is "memory", "memory.memsw", "memory.kmem" or "memory.kmem.tcp".
MemoryEntry read_entry(BorrowedFd folder, const char* kind) {
  const auto number = [&](const char* what) { return read_number(folder, cat(kind, what)); };
  return {number(".limit_in_bytes"), number(".usage_in_bytes"), number(".max_usage_in_bytes"),
          number(".failcnt")};
}

void read_memory(BorrowedFd folder, Statistics& statistics) {
  Memory& memory = statistics.memory;
  memory.raw = parse_flat(read_text(folder, "memory.stat"));
  memory.cache = counter(memory.raw, "cache");
  memory.usage = read_entry(folder, "memory");
  memory.swap = read_entry(folder, "memory.memsw");
  memory.kernel = read_entry(folder, "memory.kmem");
  memory.kernel_tcp = read_entry(folder, "memory.kmem.tcp");
}

void read_pids(BorrowedFd folder, Statistics& statistics) {
  const std::uint64_t limit = read_number(folder, "pids.max");
  const bool is_unlimited = limit == std::numeric_limits<std::uint64_t>::max();
  statistics.pids = {read_number(folder, "pids.current"), is_unlimited ? 0 : limit};
}

// Who counts depends on the I/O scheduler at work, and a file of one that isn't holds no device:
// BFQ, the older CFQ, throttling.
std::vector<BlkioEntry> read_blkio_file(BorrowedFd folder, const std::string& name) {
  for (const char* counter_of : {"blkio.bfq.", "blkio.", "blkio.throttle."}) {
    auto entries = parse_blkio(read_text(folder, counter_of + name));
    if (!entries.empty()) return entries;
  }
  return {};
}

void read_blkio(BorrowedFd folder, Statistics& statistics) {
  Blkio& blkio = statistics.blkio;
  blkio.io_service_bytes = read_blkio_file(folder, "io_service_bytes_recursive");
  blkio.io_serviced = read_blkio_file(folder, "io_serviced_recursive");
  blkio.io_queued = read_blkio_file(folder, "io_queued_recursive");
  blkio.io_service_time = read_blkio_file(folder, "io_service_time_recursive");
  blkio.io_wait_time = read_blkio_file(folder, "io_wait_time_recursive");
  blkio.io_merged = read_blkio_file(folder, "io_merged_recursive");
  blkio.io_time = read_blkio_file(folder, "time_recursive");
  blkio.sectors = read_blkio_file(folder, "sectors_recursive");
}

void read_hugetlb(BorrowedFd folder, Statistics& statistics) {
  statistics.hugetlb.clear();
  for (const std::string& size : huge_page_sizes(folder, ".usage_in_bytes")) {
    const auto number = [&](const char* what) {
      return read_number(folder, cat("hugetlb.", size, what));
    };
    statistics.hugetlb.emplace_back(
        size,
        Hugetlb{number(".usage_in_bytes"), number(".max_usage_in_bytes"), number(".failcnt")});
  }
}

struct Controller {
  const char* name;
  void (*read)(BorrowedFd folder, Statistics& statistics);
};

constexpr Controller kControllers[] = {
    {"cpu", read_cpu},         {"cpuacct", read_cpuacct}, {"cpuset", read_cpuset},
    {"memory", read_memory},   {"pids", read_pids},       {"blkio", read_blkio},
    {"hugetlb", read_hugetlb},
};

}  // namespace

void read_statistics_v1(const Source& source, Statistics& statistics) {
  for (const Controller& controller : kControllers) {
    if (source.hierarchy.has_controller(controller.name)) {
      controller.read(source.folder, statistics);
    }
  }
}

}  // namespace runtime::cgroup
