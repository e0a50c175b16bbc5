// The formats of the kernel's files, and reading a folder of them: plain files in a temporary
// folder stand for a cgroup.
#include "runtime/cgroup/statistics.h"

#include <gtest/gtest.h>
#include <limits>

#include "oci/json_writer.h"
#include "runtime/cgroup/statistics_files.h"
#include "tests/runtime/cgroup/folder.h"

namespace {

using namespace runtime::cgroup;
using test::Folder;

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

TEST(StatisticsFiles, FlatKeyed) {
  const Counters counters =
      parse_flat("anon 4096\nfile 0\n\nodd\nword two\nnegative -1\nbig 18446744073709551615\n");
  ASSERT_EQ(counters.size(), 3U);
  EXPECT_EQ(counter(counters, "anon"), 4096U);
  EXPECT_EQ(counter(counters, "big"), kMost);
  EXPECT_EQ(counter(counters, "negative"), 0U);
  EXPECT_EQ(counter(counters, "absent"), 0U);
}

TEST(StatisticsFiles, NestedKeyed) {
  const auto devices = parse_nested("8:0 rbytes=1 wbytes=2 odd\n259:3 rios=7\nnone\n8 rbytes=1\n");
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].major, 8U);
  EXPECT_EQ(devices[0].counters.size(), 2U);
  EXPECT_EQ(counter(devices[0].counters, "wbytes"), 2U);
  EXPECT_EQ(devices[1].major, 259U);
  EXPECT_EQ(devices[1].minor, 3U);
  EXPECT_EQ(counter(devices[1].counters, "rios"), 7U);
  EXPECT_TRUE(parse_nested("").empty());
}

TEST(StatisticsFiles, BlkioOfV1) {
  const auto entries =
      parse_blkio("8:0 Read 123\n8:0 Total 123\n8:16 6792\nTotal 123\nx:0 Read 1\n");
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].op, "Read");
  EXPECT_EQ(entries[0].value, 123U);
  EXPECT_EQ(entries[1].op, "Total");
  EXPECT_EQ(entries[2].minor, 16U);
  EXPECT_EQ(entries[2].op, "");
  EXPECT_EQ(entries[2].value, 6792U);
}

TEST(StatisticsFiles, Pressure) {
  const auto both = parse_pressure(
      "some avg10=1.05 avg60=0.50 avg300=100.00 total=18446744073709551615\n"
      "full avg10=0.00 avg60=0.00 avg300=0.01 total=7\n");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->some.avg10.count, 105U);
  EXPECT_EQ(both->some.avg300.count, 10000U);
  EXPECT_EQ(both->some.total, kMost);
  EXPECT_EQ(both->full.avg300.count, 1U);
  EXPECT_EQ(both->full.total, 7U);
  const auto some_only = parse_pressure("some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n");
  ASSERT_TRUE(some_only);
  EXPECT_EQ(some_only->full.total, 0U);
  EXPECT_FALSE(parse_pressure(""));
}

TEST(StatisticsFiles, Numbers) {
  EXPECT_EQ(parse_limit("max\n"), kMost);
  EXPECT_EQ(parse_limit("0\n"), 0U);
  EXPECT_EQ(parse_limit("9223372036854771712\n"), 9223372036854771712U);
  EXPECT_FALSE(parse_limit(""));
  EXPECT_FALSE(parse_limit("-1\n"));
  EXPECT_EQ(parse_numbers("1 2 3 \n"), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_TRUE(parse_numbers("\n").empty());
}

TEST(StatisticsFiles, Lists) {
  const struct {
    const char* text;
    std::vector<std::uint16_t> numbers;
  } rows[] = {{"0-3,7\n", {0, 1, 2, 3, 7}},
              {"0\n", {0}},
              {"63-65\n", {63, 64, 65}},
              {"\n", {}},
              {"x\n", {}}};
  for (const auto& row : rows) EXPECT_EQ(parse_list(row.text), row.numbers) << row.text;
}

Statistics read_folder(const Folder& folder, const char* hierarchy_name) {
  const base::OwnedFd fd = folder.open();
  const Hierarchy hierarchy{hierarchy_name, ""};
  const Source sources[] = {{fd, hierarchy}};
  return read_statistics(sources);
}

constexpr const char* kNothing =
    R"({"cpu":{"usage":{"kernel":0,"user":0},"throttling":{}},"cpuset":{"cpu_exclusive":0,)"
    R"("mem_hardwall":0,"mem_exclusive":0,"memory_migrate":0,"memory_spread_page":0,)"
    R"("memory_spread_slab":0,"memory_pressure":0,"sched_load_balance":0,)"
    R"("sched_relax_domain_level":0},"memory":{"usage":{"limit":0,"failcnt":0},)"
    R"("swap":{"limit":0,"failcnt":0},"kernel":{"limit":0,"failcnt":0},)"
    R"("kernelTCP":{"limit":0,"failcnt":0}},"pids":{},"blkio":{},"hugetlb":{},"intel_rdt":{},)"
    R"("network_interfaces":null})";

TEST(Statistics, OfAFolderWithoutFilesAreZero) {
  const Folder empty;
  EXPECT_EQ(oci::write_json(read_folder(empty, "unified")), kNothing);
  EXPECT_EQ(oci::write_json(read_folder(empty, "cpuset,cpu,cpuacct,memory,pids,blkio,hugetlb")),
            kNothing);
}

TEST(Statistics, OfCgroup2) {
  const Folder folder;
  folder.put("cpu.stat",
             "usage_usec 30\nuser_usec 20\nsystem_usec 10\nnr_periods 4\nnr_throttled 2\n"
             "throttled_usec 5\n");
  folder.put("cpu.pressure", "some avg10=0.12 avg60=0.00 avg300=0.00 total=9\n");
  folder.put("memory.stat", "anon 1\nfile 4096\n");
  folder.put("memory.current", "8192\n");
  folder.put("memory.max", "65536\n");
  folder.put("memory.peak", "9000\n");
  folder.put("memory.events", "low 0\nhigh 0\nmax 3\noom 0\noom_kill 0\n");
  folder.put("memory.swap.current", "100\n");
  folder.put("memory.swap.max", "200\n");
  folder.put("memory.swap.events", "high 0\nmax 1\nfail 0\n");
  folder.put("pids.current", "2\n");
  folder.put("pids.max", "10\n");
  folder.put("io.stat", "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n");
  folder.put("hugetlb.2MB.current", "2097152\n");
  folder.put("hugetlb.2MB.rsvd.current", "0\n");
  folder.put("hugetlb.2MB.events", "max 6\n");
  folder.put("hugetlb.1GB.current", "0\n");
  const std::string json = oci::write_json(read_folder(folder, "unified"));
  for (
      const char* part :
      {R"("usage":{"total":30000,"kernel":10000,"user":20000})",
       R"("throttling":{"periods":4,"throttledPeriods":2,"throttledTime":5000})",
       R"("psi":{"some":{"avg10":0.12,"avg60":0.00,"avg300":0.00,"total":9},"full":{"avg10":0.00,)",
       R"("memory":{"cache":4096,"usage":{"limit":65536,"usage":8192,"max":9000,"failcnt":3},)",
       R"("swap":{"limit":65736,"usage":8292,"failcnt":1})", R"("raw":{"anon":1,"file":4096})",
       R"("pids":{"current":2,"limit":10})",
       R"("blkio":{"ioServiceBytesRecursive":[{"major":8,"op":"Read","value":1},)"
       R"({"major":8,"op":"Write","value":2}],"ioServicedRecursive":[{"major":8,"op":"Read",)"
       R"("value":3},{"major":8,"op":"Write","value":4}]})",
       R"("hugetlb":{"1GB":{"failcnt":0},"2MB":{"usage":2097152,"failcnt":6}})"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << "\nin " << json;
  }
}

TEST(Statistics, UnlimitedOnCgroup2) {
  const struct {
    const char* memory;
    const char* swap;
    std::uint64_t memory_limit;
    std::uint64_t swap_limit;
  } rows[] = {
      {"max\n", "max\n", kMost, kMost},
      {"1000\n", "max\n", 1000, kMost},
      {"max\n", "1000\n", kMost, kMost},
      {"1000\n", "0\n", 1000, 1000},
  };
  for (const auto& row : rows) {
    const Folder folder;
    folder.put("memory.max", row.memory);
    folder.put("memory.swap.max", row.swap);
    folder.put("pids.max", "max\n");
    const Statistics statistics = read_folder(folder, "unified");
    EXPECT_EQ(statistics.memory.usage.limit, row.memory_limit);
    EXPECT_EQ(statistics.memory.swap.limit, row.swap_limit);
    EXPECT_EQ(statistics.pids.limit, 0U);
  }
}

TEST(Statistics, OfCgroup1) {
  const Folder folder;
  folder.put("cpu.stat", "nr_periods 4\nnr_throttled 2\nthrottled_time 5\n");
  folder.put("cpuacct.usage", "31\n");
  folder.put("cpuacct.stat", "user 2\nsystem 1\n");
  folder.put("cpuacct.usage_percpu", "10 21 \n");
  folder.put("cpuacct.usage_all", "cpu user system\n0 6 4\n1 11 10\n");
  folder.put("cpuset.cpus", "0-1\n");
  folder.put("cpuset.mems", "0\n");
  folder.put("cpuset.sched_load_balance", "1\n");
  folder.put("cpuset.sched_relax_domain_level", "-1\n");
  folder.put("memory.stat", "cache 4096\nrss 1\n");
  folder.put("memory.usage_in_bytes", "8192\n");
  folder.put("memory.limit_in_bytes", "9223372036854771712\n");
  folder.put("memory.memsw.usage_in_bytes", "8193\n");
  folder.put("memory.kmem.max_usage_in_bytes", "5\n");
  folder.put("memory.kmem.tcp.failcnt", "6\n");
  folder.put("pids.current", "2\n");
  folder.put("pids.max", "max\n");
  folder.put("blkio.bfq.io_service_bytes_recursive", "Total 0\n");
  folder.put("blkio.throttle.io_service_bytes_recursive", "8:0 Read 1\n8:0 Write 2\nTotal 3\n");
  folder.put("blkio.bfq.sectors_recursive", "8:0 6\n");
  folder.put("hugetlb.2MB.usage_in_bytes", "2097152\n");
  folder.put("hugetlb.2MB.max_usage_in_bytes", "4194304\n");
  folder.put("hugetlb.2MB.failcnt", "1\n");
  folder.put("hugetlb.2MB.rsvd.usage_in_bytes", "0\n");
  const std::string json =
      oci::write_json(read_folder(folder, "cpuset,cpu,cpuacct,memory,pids,blkio,hugetlb"));
  for (const char* part :
       {R"("usage":{"total":31,"percpu":[10,21],"percpu_kernel":[4,10],"percpu_user":[6,11],)"
        R"("kernel":10000000,"user":20000000})",
        R"("throttling":{"periods":4,"throttledPeriods":2,"throttledTime":5})",
        R"("cpuset":{"cpus":[0,1],"cpu_exclusive":0,"mems":[0],)",
        R"("sched_load_balance":1,"sched_relax_domain_level":-1})",
        R"("memory":{"cache":4096,"usage":{"limit":9223372036854771712,"usage":8192,"failcnt":0},)",
        R"("swap":{"limit":0,"usage":8193,"failcnt":0},"kernel":{"limit":0,"max":5,"failcnt":0},)",
        R"("kernelTCP":{"limit":0,"failcnt":6})", R"("pids":{"current":2})",
        R"("blkio":{"ioServiceBytesRecursive":[{"major":8,"op":"Read","value":1},)"
        R"({"major":8,"op":"Write","value":2}],"sectorsRecursive":[{"major":8,"value":6}]})",
        R"("hugetlb":{"2MB":{"usage":2097152,"max":4194304,"failcnt":1}})"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << "\nin " << json;
  }
}

TEST(Statistics, OfAHybridHostComeFromTheHierarchyThatCounts) {
  const Folder unified;
  unified.put("cpu.stat", "usage_usec 30\n");
  unified.put("cpu.pressure", "some avg10=0.12 avg60=0.00 avg300=0.00 total=9\n");
  unified.put("hugetlb.2MB.current", "7\n");
  const Folder cpuacct;
  cpuacct.put("cpuacct.usage", "31\n");
  cpuacct.put("memory.usage_in_bytes", "8192\n");  // not this hierarchy's
  const base::OwnedFd first = unified.open();
  const base::OwnedFd second = cpuacct.open();
  const Hierarchy v2{"unified", ""};
  const Hierarchy v1{"cpuacct", ""};
  const Source sources[] = {{first, v2}, {second, v1}};
  const Statistics statistics = read_statistics(sources);
  EXPECT_EQ(statistics.cpu.usage.total, 31U);
  ASSERT_TRUE(statistics.cpu.psi);
  EXPECT_EQ(statistics.cpu.psi->some.avg10.count, 12U);
  EXPECT_EQ(statistics.memory.usage.usage, 0U);
  ASSERT_EQ(statistics.hugetlb.size(), 1U);
  EXPECT_EQ(statistics.hugetlb[0].second.usage, 7U);
}

TEST(Statistics, CountTheProcessesWhereNoControllerDoes) {
  const Folder folder;
  folder.put("cgroup.procs", "1\n2\n3\n");
  EXPECT_EQ(read_folder(folder, "unified").pids.current, 3U);
}

}  // namespace
