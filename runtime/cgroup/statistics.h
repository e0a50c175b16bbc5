// What the kernel counts of a container, as values: the document of `events --stats`, with the
// members that runc prints and go-runc reads (client contract §10). What a kernel, a hierarchy or a
// controller doesn't count is zero or absent, never an error.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "base/fd.h"
#include "oci/describe.h"
#include "oci/hundredths.h"
#include "runtime/cgroup/layout.h"

namespace runtime::cgroup {

// Pressure stall information (Documentation/accounting/psi.rst): the share of time, in percent over
// the last 10, 60 and 300 seconds, in which tasks waited; `total` in microseconds.
struct Stall {
  oci::Hundredths avg10;
  oci::Hundredths avg60;
  oci::Hundredths avg300;
  std::uint64_t total = 0;
};

struct Pressure {
  Stall some;  // at least one task waited
  Stall full;  // all of them did
};

// Nanoseconds.
struct CpuUsage {
  std::uint64_t total = 0;
  std::vector<std::uint64_t> per_cpu;         // v1 only, as the next two
  std::vector<std::uint64_t> per_cpu_kernel;  // by number of the CPU
  std::vector<std::uint64_t> per_cpu_user;
  std::uint64_t kernel = 0;
  std::uint64_t user = 0;
};

struct Throttling {
  std::uint64_t periods = 0;
  std::uint64_t throttled_periods = 0;
  std::uint64_t throttled_time = 0;  // nanoseconds
};

struct Cpu {
  CpuUsage usage;
  Throttling throttling;
  std::optional<Pressure> psi;
};

// v1 only. 0 and 1 for the flags.
struct Cpuset {
  std::vector<std::uint16_t> cpus;
  std::uint64_t cpu_exclusive = 0;
  std::vector<std::uint16_t> mems;
  std::uint64_t mem_hardwall = 0;
  std::uint64_t mem_exclusive = 0;
  std::uint64_t memory_migrate = 0;
  std::uint64_t memory_spread_page = 0;
  std::uint64_t memory_spread_slab = 0;
  std::uint64_t memory_pressure = 0;
  std::uint64_t sched_load_balance = 0;
  std::int64_t sched_relax_domain_level = 0;
};

// Bytes. Without a limit `limit` is the largest 64-bit number on v2, the kernel's largest on v1.
struct MemoryEntry {
  std::uint64_t limit = 0;
  std::uint64_t usage = 0;
  std::uint64_t max = 0;      // the most that was ever in use
  std::uint64_t failcnt = 0;  // how often the limit was hit
};

struct Memory {
  std::uint64_t cache = 0;
  MemoryEntry usage;
  MemoryEntry swap;  // memory and swap together, as v1 counts
  MemoryEntry kernel;
  MemoryEntry kernel_tcp;
  oci::Map<std::uint64_t> raw;  // memory.stat
  std::optional<Pressure> psi;
};

struct Pids {
  std::uint64_t current = 0;
  std::uint64_t limit = 0;  // 0: none
};

struct BlkioEntry {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  std::string op;  // "Read", "Write", …; empty where the kernel doesn't tell
  std::uint64_t value = 0;
};

// Bytes, operations, nanoseconds or sectors of 512 bytes. v2 has the first two only.
struct Blkio {
  std::vector<BlkioEntry> io_service_bytes;
  std::vector<BlkioEntry> io_serviced;
  std::vector<BlkioEntry> io_queued;
  std::vector<BlkioEntry> io_service_time;
  std::vector<BlkioEntry> io_wait_time;
  std::vector<BlkioEntry> io_merged;
  std::vector<BlkioEntry> io_time;
  std::vector<BlkioEntry> sectors;
  std::optional<Pressure> psi;
};

// Bytes.
struct Hugetlb {
  std::uint64_t usage = 0;
  std::uint64_t max = 0;  // the most that was ever in use; v1 only
  std::uint64_t failcnt = 0;
};

// Of resctrl, which is no cgroup.
struct IntelRdt {
  std::vector<std::string> schemata;  // the lines of the container's group
};

struct Statistics {
  Cpu cpu;
  Cpuset cpuset;
  Memory memory;
  Pids pids;
  Blkio blkio;
  oci::Map<Hugetlb> hugetlb;  // by page size: "2MB"
  IntelRdt intel_rdt;
  // Always null: the interfaces in the container's network namespace are not ours to count.
  std::optional<std::vector<std::string>> network_interfaces;
};

// The container's folder in one hierarchy.
struct Source {
  Source(base::BorrowedFd its_folder, const Hierarchy& of) : folder(its_folder), hierarchy(of) {}

  base::BorrowedFd folder;
  const Hierarchy& hierarchy;
};

// The cgroups' part. `sources` are in the order of a Layout, cgroup2 first: what a v1 hierarchy
// counts is taken from there, the rest from cgroup2.
Statistics read_statistics(std::span<const Source> sources);

// What the above is made of: one folder, into what is known already.
void read_statistics_v1(const Source& source, Statistics& statistics);
void read_statistics_v2(const Source& source, Statistics& statistics);

}  // namespace runtime::cgroup

namespace oci {

template <>
struct Describe<runtime::cgroup::Stall> {
  using Stall = runtime::cgroup::Stall;
  static constexpr auto fields = std::tuple{
      Field{"avg10", &Stall::avg10, required},
      Field{"avg60", &Stall::avg60, required},
      Field{"avg300", &Stall::avg300, required},
      Field{"total", &Stall::total, required},
  };
};

template <>
struct Describe<runtime::cgroup::Pressure> {
  using Pressure = runtime::cgroup::Pressure;
  static constexpr auto fields = std::tuple{
      Field{"some", &Pressure::some, required},
      Field{"full", &Pressure::full, required},
  };
};

template <>
struct Describe<runtime::cgroup::CpuUsage> {
  using CpuUsage = runtime::cgroup::CpuUsage;
  static constexpr auto fields = std::tuple{
      Field{"total", &CpuUsage::total},
      Field{"percpu", &CpuUsage::per_cpu},
      Field{"percpu_kernel", &CpuUsage::per_cpu_kernel},
      Field{"percpu_user", &CpuUsage::per_cpu_user},
      Field{"kernel", &CpuUsage::kernel, required},
      Field{"user", &CpuUsage::user, required},
  };
};

template <>
struct Describe<runtime::cgroup::Throttling> {
  using Throttling = runtime::cgroup::Throttling;
  static constexpr auto fields = std::tuple{
      Field{"periods", &Throttling::periods},
      Field{"throttledPeriods", &Throttling::throttled_periods},
      Field{"throttledTime", &Throttling::throttled_time},
  };
};

template <>
struct Describe<runtime::cgroup::Cpu> {
  using Cpu = runtime::cgroup::Cpu;
  static constexpr auto fields = std::tuple{
      Field{"usage", &Cpu::usage, required},
      Field{"throttling", &Cpu::throttling, required},
      Field{"psi", &Cpu::psi},
  };
};

template <>
struct Describe<runtime::cgroup::Cpuset> {
  using Cpuset = runtime::cgroup::Cpuset;
  static constexpr auto fields = std::tuple{
      Field{"cpus", &Cpuset::cpus},
      Field{"cpu_exclusive", &Cpuset::cpu_exclusive, required},
      Field{"mems", &Cpuset::mems},
      Field{"mem_hardwall", &Cpuset::mem_hardwall, required},
      Field{"mem_exclusive", &Cpuset::mem_exclusive, required},
      Field{"memory_migrate", &Cpuset::memory_migrate, required},
      Field{"memory_spread_page", &Cpuset::memory_spread_page, required},
      Field{"memory_spread_slab", &Cpuset::memory_spread_slab, required},
      Field{"memory_pressure", &Cpuset::memory_pressure, required},
      Field{"sched_load_balance", &Cpuset::sched_load_balance, required},
      Field{"sched_relax_domain_level", &Cpuset::sched_relax_domain_level, required},
  };
};

template <>
struct Describe<runtime::cgroup::MemoryEntry> {
  using MemoryEntry = runtime::cgroup::MemoryEntry;
  static constexpr auto fields = std::tuple{
      Field{"limit", &MemoryEntry::limit, required},
      Field{"usage", &MemoryEntry::usage},
      Field{"max", &MemoryEntry::max},
      Field{"failcnt", &MemoryEntry::failcnt, required},
  };
};

template <>
struct Describe<runtime::cgroup::Memory> {
  using Memory = runtime::cgroup::Memory;
  static constexpr auto fields = std::tuple{
      Field{"cache", &Memory::cache},
      Field{"usage", &Memory::usage, required},
      Field{"swap", &Memory::swap, required},
      Field{"kernel", &Memory::kernel, required},
      Field{"kernelTCP", &Memory::kernel_tcp, required},
      Field{"raw", &Memory::raw},
      Field{"psi", &Memory::psi},
  };
};

template <>
struct Describe<runtime::cgroup::Pids> {
  using Pids = runtime::cgroup::Pids;
  static constexpr auto fields = std::tuple{
      Field{"current", &Pids::current},
      Field{"limit", &Pids::limit},
  };
};

template <>
struct Describe<runtime::cgroup::BlkioEntry> {
  using BlkioEntry = runtime::cgroup::BlkioEntry;
  static constexpr auto fields = std::tuple{
      Field{"major", &BlkioEntry::major},
      Field{"minor", &BlkioEntry::minor},
      Field{"op", &BlkioEntry::op},
      Field{"value", &BlkioEntry::value},
  };
};

template <>
struct Describe<runtime::cgroup::Blkio> {
  using Blkio = runtime::cgroup::Blkio;
  static constexpr auto fields = std::tuple{
      Field{"ioServiceBytesRecursive", &Blkio::io_service_bytes},
      Field{"ioServicedRecursive", &Blkio::io_serviced},
      Field{"ioQueueRecursive", &Blkio::io_queued},
      Field{"ioServiceTimeRecursive", &Blkio::io_service_time},
      Field{"ioWaitTimeRecursive", &Blkio::io_wait_time},
      Field{"ioMergedRecursive", &Blkio::io_merged},
      Field{"ioTimeRecursive", &Blkio::io_time},
      Field{"sectorsRecursive", &Blkio::sectors},
      Field{"psi", &Blkio::psi},
  };
};

template <>
struct Describe<runtime::cgroup::Hugetlb> {
  using Hugetlb = runtime::cgroup::Hugetlb;
  static constexpr auto fields = std::tuple{
      Field{"usage", &Hugetlb::usage},
      Field{"max", &Hugetlb::max},
      Field{"failcnt", &Hugetlb::failcnt, required},
  };
};

template <>
struct Describe<runtime::cgroup::IntelRdt> {
  static constexpr auto fields = std::tuple{
      Field{"schemata", &runtime::cgroup::IntelRdt::schemata},
  };
};

template <>
struct Describe<runtime::cgroup::Statistics> {
  using Statistics = runtime::cgroup::Statistics;
  static constexpr auto fields = std::tuple{
      Field{"cpu", &Statistics::cpu, required},
      Field{"cpuset", &Statistics::cpuset, required},
      Field{"memory", &Statistics::memory, required},
      Field{"pids", &Statistics::pids, required},
      Field{"blkio", &Statistics::blkio, required},
      Field{"hugetlb", &Statistics::hugetlb, required},
      Field{"intel_rdt", &Statistics::intel_rdt, required},
      Field{"network_interfaces", &Statistics::network_interfaces, required},
  };
};

}  // namespace oci
