// The formats in which the kernel writes what it counts, one pure parser each, and reading them
// from a folder. Lines that make no sense are passed over: a newer kernel may have others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "oci/describe.h"
#include "runtime/cgroup/statistics.h"

namespace runtime::cgroup {

using Counters = oci::Map<std::uint64_t>;

// "cache 4096\nrss 0\n": memory.stat, cpu.stat, memory.events.
Counters parse_flat(std::string_view text);
// 0 when there is no such key.
std::uint64_t counter(const Counters& counters, std::string_view key);

// "8:0 rbytes=1 wbytes=2\n": io.stat.
struct DeviceCounters {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  Counters counters;
};
std::vector<DeviceCounters> parse_nested(std::string_view text);

// "8:0 Read 123\n8:0 6792\nTotal 123\n": the blkio files of v1; the total is left out.
std::vector<BlkioEntry> parse_blkio(std::string_view text);

// "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull …": the pressure files. Empty when there is
// no such line; before Linux 5.13 the CPU's has no `full`.
std::optional<Pressure> parse_pressure(std::string_view text);

// "12\n"; "max" is the largest there is. Empty for anything else.
std::optional<std::uint64_t> parse_limit(std::string_view text);

// "1 2 3 \n": cpuacct.usage_percpu.
std::vector<std::uint64_t> parse_numbers(std::string_view text);

// "0-3,7\n" → 0, 1, 2, 3, 7: cpuset.cpus and cpuset.mems.
std::vector<std::uint16_t> parse_list(std::string_view text);

// The whole file, "" when it can't be read.
std::string read_text(base::BorrowedFd folder, const std::string& file);
// One number, 0 when there is none. "max" is the largest there is.
std::uint64_t read_number(base::BorrowedFd folder, const std::string& file);

// "2MB" for each file "hugetlb.2MB<suffix>" in the folder.
std::vector<std::string> huge_page_sizes(base::BorrowedFd folder, std::string_view suffix);

}  // namespace runtime::cgroup
