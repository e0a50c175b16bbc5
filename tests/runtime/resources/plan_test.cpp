// One table for both versions: what is asked, and what either is told.
#include "runtime/resources/plan.h"

#include <gtest/gtest.h>
#include <map>

#include "base/error.h"
#include "base/text.h"
#include "oci/load.h"

namespace {

using base::cat;
using runtime::resources::Current;
using runtime::resources::Seats;
using runtime::resources::Setting;
using runtime::resources::Version;

Seats seats_of(Version version) {
  Seats seats;
  if (version == Version::V2) seats.set_unified(0);
  const auto names = version == Version::V2
                         ? "cpuset cpu io memory hugetlb pids rdma misc"
                         : "cpuset cpu cpuacct blkio memory hugetlb pids rdma net_cls net_prio";
  for (const auto name : base::split(names, ' ')) seats.add(name, {0, version});
  return seats;
}

// "memory.max=1; io.bfq.weight=default 5|io.weight=default 6; hugetlb.2MB.rsvd.max=1?".
std::string text_of(const std::vector<Setting>& settings) {
  std::vector<std::string> texts;
  for (const Setting& setting : settings) {
    std::vector<std::string> ways;
    for (const auto& way : setting.ways) ways.push_back(cat(way.file, '=', way.value));
    texts.push_back(cat(base::join(ways, "|"), setting.optional ? "?" : ""));
  }
  return base::join(texts, "; ");
}

// The settings, or everything that is wrong; then the warnings.
std::string plan(std::string_view json, const Seats& seats, const Current& current = {}) {
  std::vector<std::string> warnings;
  oci::Problems problems(&warnings);
  const auto resources = oci::parse_resources("-", json);
  std::string text = text_of(runtime::resources::plan(resources, seats, current, "", problems));
  if (!problems.found().empty()) text = base::join(problems.found(), "; ");
  for (const std::string& warning : warnings) text += cat(" (", warning, ")");
  return text;
}

constexpr const char* kNotOnV2 = ": not available on cgroup v2";

TEST(Plan, EveryLimitOnBothVersions) {
  const std::string not_on_v2 = kNotOnV2;
  const struct {
    const char* resources;
    std::string v1;
    std::string v2;
  } table[] = {
      {"{}", "", ""},
      {R"({"memory":{},"cpu":{},"pids":{},"blockIO":{},"network":{}})", "", ""},
      // A-137 … A-142
      {R"({"memory":{"limit":4096}})", "memory.limit_in_bytes=4096", "memory.max=4096"},
      {R"({"memory":{"limit":0,"swap":0,"reservation":0}})", "", ""},
      {R"({"memory":{"limit":-1}})", "memory.limit_in_bytes=-1; memory.memsw.limit_in_bytes=-1?",
       "memory.max=max; memory.swap.max=max?"},
      {R"({"memory":{"reservation":4096}})", "memory.soft_limit_in_bytes=4096", "memory.low=4096"},
      {R"({"memory":{"reservation":-1}})", "memory.soft_limit_in_bytes=-1", "memory.low=max"},
      {R"({"memory":{"limit":4096,"swap":10000}})",
       "memory.limit_in_bytes=4096; memory.memsw.limit_in_bytes=10000",
       "memory.max=4096; memory.swap.max=5904"},
      {R"({"memory":{"limit":4096,"swap":4096}})",
       "memory.limit_in_bytes=4096; memory.memsw.limit_in_bytes=4096",
       "memory.max=4096; memory.swap.max=0"},
      {R"({"memory":{"limit":4096,"swap":-1}})",
       "memory.limit_in_bytes=4096; memory.memsw.limit_in_bytes=-1?",
       "memory.max=4096; memory.swap.max=max?"},
      {R"({"memory":{"swap":4096}})", "/memory/swap: needs a memory limit",
       "/memory/swap: needs a memory limit"},
      {R"({"memory":{"limit":-1,"swap":4096}})", "/memory/swap: needs a memory limit",
       "/memory/swap: needs a memory limit"},
      {R"({"memory":{"kernel":4096}})",
       " (/memory/kernel: without effect: Linux has no such limit since 5.16)",
       " (/memory/kernel: without effect: Linux has no such limit since 5.16)"},
      {R"({"memory":{"kernel":-1,"kernelTCP":0}})", "", ""},
      {R"({"memory":{"kernelTCP":4096}})", "memory.kmem.tcp.limit_in_bytes=4096",
       "/memory/kernelTCP" + not_on_v2},
      {R"({"memory":{"swappiness":0}})", "memory.swappiness=0", "/memory/swappiness" + not_on_v2},
      {R"({"memory":{"disableOOMKiller":true}})", "memory.oom_control=1",
       "/memory/disableOOMKiller" + not_on_v2},
      {R"({"memory":{"disableOOMKiller":false}})", "memory.oom_control=0", ""},
      {R"({"memory":{"useHierarchy":true}})", "memory.use_hierarchy=1", ""},
      {R"({"memory":{"useHierarchy":false}})", "memory.use_hierarchy=0",
       "/memory/useHierarchy" + not_on_v2},
      {R"({"memory":{"limit":4096,"checkBeforeUpdate":true}})", "memory.limit_in_bytes=4096",
       "memory.max=4096"},
      // A-143 … A-148
      {R"({"cpu":{"shares":1024}})", "cpu.shares=1024", "cpu.weight=100"},
      {R"({"cpu":{"shares":0,"quota":0,"period":0}})", "", ""},
      {R"({"cpu":{"quota":50000}})", "cpu.cfs_quota_us=50000", "cpu.max=50000"},
      {R"({"cpu":{"quota":-1}})", "cpu.cfs_quota_us=-1", "cpu.max=max"},
      {R"({"cpu":{"quota":-5}})", "cpu.cfs_quota_us=-1", "cpu.max=max"},
      {R"({"cpu":{"period":50000}})", "cpu.cfs_period_us=50000", "cpu.max=max 50000"},
      {R"({"cpu":{"quota":20000,"period":50000}})",
       "cpu.cfs_period_us=50000; cpu.cfs_quota_us=20000", "cpu.max=20000 50000"},
      {R"({"cpu":{"burst":0}})", "cpu.cfs_burst_us=0", "cpu.max.burst=0"},
      {R"({"cpu":{"burst":5000}})", "cpu.cfs_burst_us=5000", "cpu.max.burst=5000"},
      {R"({"cpu":{"idle":1}})", "cpu.idle=1", "cpu.idle=1"},
      {R"({"cpu":{"idle":0,"shares":512}})", "cpu.idle=0; cpu.shares=512",
       "cpu.idle=0; cpu.weight=59"},
      {R"({"cpu":{"idle":1,"shares":512}})",
       "cpu.idle=1 (/cpu/shares: without effect: /cpu/idle is set)",
       "cpu.idle=1 (/cpu/shares: without effect: /cpu/idle is set)"},
      {R"({"cpu":{"realtimeRuntime":950,"realtimePeriod":1000}})",
       "cpu.rt_period_us=1000; cpu.rt_runtime_us=950",
       cat("/cpu/realtimePeriod", not_on_v2, "; /cpu/realtimeRuntime", not_on_v2)},
      {R"({"cpu":{"realtimeRuntime":0,"realtimePeriod":0}})", "", ""},
      {R"({"cpu":{"cpus":"0-1,3","mems":"0"}})", "cpuset.cpus=0-1,3; cpuset.mems=0",
       "cpuset.cpus=0-1,3; cpuset.mems=0"},
      // A-149
      {R"({"pids":{"limit":100}})", "pids.max=100", "pids.max=100"},
      {R"({"pids":{"limit":-1}})", "pids.max=max", "pids.max=max"},
      {R"({"pids":{"limit":0}})", "", ""},
      // A-150 … A-152
      {R"({"blockIO":{"weight":500}})", "blkio.bfq.weight=500|blkio.weight=500",
       "io.bfq.weight=default 500|io.weight=default 4950"},
      {R"({"blockIO":{"weight":0,"leafWeight":0}})", "", ""},
      {R"({"blockIO":{"leafWeight":10}})", "blkio.leaf_weight=10",
       "/blockIO/leafWeight" + not_on_v2},
      {R"({"blockIO":{"weightDevice":[{"major":8,"minor":0,"weight":1000}]}})",
       "blkio.bfq.weight_device=8:0 1000|blkio.weight_device=8:0 1000",
       "io.bfq.weight=8:0 1000|io.weight=8:0 10000"},
      {R"({"blockIO":{"weightDevice":[{"major":8,"minor":0,"leafWeight":10}]}})",
       "blkio.leaf_weight_device=8:0 10", "/blockIO/weightDevice" + not_on_v2},
      {R"({"blockIO":{"throttleReadBpsDevice":[{"major":8,"minor":0,"rate":1}],)"
       R"("throttleWriteBpsDevice":[{"major":8,"minor":0,"rate":2},{"major":9,"minor":1,"rate":3}],)"
       R"("throttleReadIOPSDevice":[{"major":8,"minor":0,"rate":4}],)"
       R"("throttleWriteIOPSDevice":[{"major":8,"minor":0,"rate":0}]}})",
       "blkio.throttle.read_bps_device=8:0 1; blkio.throttle.write_bps_device=8:0 2; "
       "blkio.throttle.write_bps_device=9:1 3; blkio.throttle.read_iops_device=8:0 4; "
       "blkio.throttle.write_iops_device=8:0 0",
       "io.max=8:0 rbps=1 wbps=2 riops=4 wiops=max; io.max=9:1 wbps=3"},
      // A-153
      {R"({"hugepageLimits":[{"pageSize":"2MB","limit":4194304}]})",
       "hugetlb.2MB.limit_in_bytes=4194304; hugetlb.2MB.rsvd.limit_in_bytes=4194304?",
       "hugetlb.2MB.max=4194304; hugetlb.2MB.rsvd.max=4194304?"},
      // A-154
      {R"({"network":{"classID":1048577,"priorities":[{"name":"lo","priority":2}]}})",
       "net_cls.classid=1048577; net_prio.ifpriomap=lo 2",
       cat("/network/classID", not_on_v2, "; /network/priorities", not_on_v2)},
      {R"({"network":{"classID":0}})", "", ""},
      // A-155
      {R"({"rdma":{"mlx5_0":{"hcaHandles":3,"hcaObjects":1000},"mlx5_1":{"hcaObjects":2}}})",
       "rdma.max=mlx5_0 hca_handle=3 hca_object=1000; rdma.max=mlx5_1 hca_object=2",
       "rdma.max=mlx5_0 hca_handle=3 hca_object=1000; rdma.max=mlx5_1 hca_object=2"},
      // A-156
      {R"({"unified":{"memory.high":"1000","cgroup.max.depth":"2"}})",
       "/unified: the host has no cgroup v2", "memory.high=1000; cgroup.max.depth=2"},
      {R"({"unified":{"io.max":"8:0 rbps=1\n8:16 wbps=2\n"}})",
       "/unified: the host has no cgroup v2", "io.max=8:0 rbps=1; io.max=8:16 wbps=2"},
      {R"({"unified":{"cpu.max":"1000 20000","pids.max":"7"},"pids":{"limit":3}})",
       "/unified: the host has no cgroup v2", "pids.max=3; cpu.max=1000 20000; pids.max=7"},
      {R"({"unified":{"perf.x":"1"}})", "/unified: the host has no cgroup v2",
       "/unified/perf.x: cgroup v2 has no controller perf here"},
  };
  for (const auto& row : table) {
    EXPECT_EQ(plan(row.resources, seats_of(Version::V1)), row.v1) << "v1: " << row.resources;
    EXPECT_EQ(plan(row.resources, seats_of(Version::V2)), row.v2) << "v2: " << row.resources;
  }
}

// Each controller is asked where it is.
TEST(Plan, HybridHost) {
  Seats seats;
  seats.set_unified(0);
  seats.add("hugetlb", {0, Version::V2});
  seats.add("memory", {1, Version::V1});
  EXPECT_EQ(plan(R"({"memory":{"limit":1,"swappiness":2}})", seats),
            "memory.limit_in_bytes=1; memory.swappiness=2");
  EXPECT_EQ(plan(R"({"hugepageLimits":[{"pageSize":"2MB","limit":0}]})", seats),
            "hugetlb.2MB.max=0; hugetlb.2MB.rsvd.max=0?");
  EXPECT_EQ(plan(R"({"unified":{"hugetlb.2MB.max":"0","memory.max":"1"}})", seats),
            "/unified/memory.max: cgroup v2 has no controller memory here");
  EXPECT_EQ(plan(R"({"pids":{"limit":1},"cpu":{"shares":2},"blockIO":{"weight":10}})", seats),
            "/cpu: the host has no cgroup controller cpu; "
            "/pids/limit: the host has no cgroup controller pids; "
            "/blockIO: the host has no cgroup controller io");
}

TEST(Plan, HostWithoutTheController) {
  Seats v1;
  EXPECT_EQ(plan(R"({"blockIO":{"weight":10},"network":{"classID":1}})", v1),
            "/blockIO: the host has no cgroup controller blkio; "
            "/network/classID: the host has no cgroup controller net_cls");
}

// What an update doesn't say is asked of the kernel.
TEST(Plan, UpdateGoesByWhatIs) {
  std::map<std::string, std::string> files;
  const Current current = [&](std::size_t, const std::string& file) { return files[file]; };
  const auto v1 = seats_of(Version::V1);
  const auto v2 = seats_of(Version::V2);

  files["cpu.max"] = "30000 100000\n";
  EXPECT_EQ(plan(R"({"cpu":{"period":50000}})", v2, current), "cpu.max=30000 50000");
  EXPECT_EQ(plan(R"({"cpu":{"quota":40000}})", v2, current), "cpu.max=40000");
  files["cpu.max"] = "max 100000\n";
  EXPECT_EQ(plan(R"({"cpu":{"period":50000}})", v2, current), "cpu.max=max 50000");

  files["memory.max"] = "4096\n";
  files["memory.current"] = "8192\n";
  EXPECT_EQ(plan(R"({"memory":{"swap":10000}})", v2, current), "memory.swap.max=5904");
  EXPECT_EQ(plan(R"({"memory":{"swap":1000}})", v2, current),
            "/memory/swap: 1000 is below the memory limit 4096");
  EXPECT_EQ(plan(R"({"memory":{"limit":5000,"checkBeforeUpdate":true}})", v2, current),
            "/memory/limit: 5000 is below the 8192 bytes in use");
  EXPECT_EQ(plan(R"({"memory":{"limit":5000}})", v2, current), "memory.max=5000");
  EXPECT_EQ(plan(R"({"memory":{"limit":9000,"checkBeforeUpdate":true}})", v2, current),
            "memory.max=9000");
  files["memory.max"] = "max\n";
  EXPECT_EQ(plan(R"({"memory":{"swap":10000}})", v2, current),
            "/memory/swap: needs a memory limit");

  files["memory.limit_in_bytes"] = "4096\n";
  EXPECT_EQ(plan(R"({"memory":{"swap":10000}})", v1, current), "memory.memsw.limit_in_bytes=10000");
  files["memory.limit_in_bytes"] = "9223372036854771712\n";
  EXPECT_EQ(plan(R"({"memory":{"swap":10000}})", v1, current),
            "/memory/swap: needs a memory limit");
}

// config-linux.md doesn't give the conversion; these are what the other runtimes have.
TEST(Plan, WeightOfShares) {
  const struct {
    std::uint64_t shares;
    std::uint64_t weight;
  } table[] = {{0, 1},         {1, 1},          {2, 1},          {3, 2},
               {10, 4},        {102, 17},       {256, 35},       {512, 59},
               {1000, 99},     {1024, 100},     {2048, 174},     {4096, 303},
               {100000, 4340}, {262143, 10000}, {262144, 10000}, {1 << 30, 10000}};
  for (const auto& row : table) {
    EXPECT_EQ(runtime::resources::weight_of_shares(row.shares), row.weight) << row.shares;
  }
}

TEST(Plan, IoWeight) {
  EXPECT_EQ(runtime::resources::io_weight_of(10), 1U);
  EXPECT_EQ(runtime::resources::io_weight_of(500), 4950U);
  EXPECT_EQ(runtime::resources::io_weight_of(1000), 10000U);
}

}  // namespace
