#include "runtime/cgroup/unit_properties.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/text.h"

namespace runtime::cgroup {
namespace {

// "MemoryMax t 5; …"
std::string shown(const Properties& properties) {
  std::string all;
  for (const Property& each : properties) {
    all += base::cat(all.empty() ? "" : "; ", each.name, " ", each.value.signature);
    for (const std::string& word : each.value.words) all += " " + word;
  }
  return all;
}

TEST(UnitProperties, AreWhatIsWrittenIntoTheFiles) {
  struct Row {
    std::vector<ControlValue> written;
    std::string properties;
  };
  const Row rows[] = {
      {{}, ""},
      {{{"memory.max", "1048576"}}, "MemoryMax t 1048576"},
      {{{"memory.max", "max"}}, "MemoryMax t 18446744073709551615"},
      {{{"memory.swap.max", "0"}}, "MemorySwapMax t 0"},
      {{{"memory.high", "1"}, {"memory.low", "2"}, {"memory.min", "3"}},
       "MemoryHigh t 1; MemoryLow t 2; MemoryMin t 3"},
      // The kernel knows units, systemd's property doesn't.
      {{{"memory.max", "1G"}}, ""},
      {{{"cpu.weight", "79"}}, "CPUWeight t 79"},
      {{{"cpu.idle", "1"}}, "CPUWeight t 0"},
      {{{"cpu.weight", "79"}, {"cpu.idle", "1"}}, "CPUWeight t 0"},
      {{{"cpu.weight", "79"}, {"cpu.idle", "0"}}, "CPUWeight t 79"},
      {{{"cpu.max", "50000 100000"}}, "CPUQuotaPeriodUSec t 100000; CPUQuotaPerSecUSec t 500000"},
      {{{"cpu.max", "1000 7000"}}, "CPUQuotaPeriodUSec t 7000; CPUQuotaPerSecUSec t 150000"},
      {{{"cpu.max", "max 50000"}},
       "CPUQuotaPeriodUSec t 50000; CPUQuotaPerSecUSec t 18446744073709551615"},
      {{{"cpu.max", "20000"}}, "CPUQuotaPerSecUSec t 200000"},
      {{{"cpu.max", "1000 0"}}, ""},
      {{{"cpu.max", "9223372036854775807 100000"}},
       "CPUQuotaPeriodUSec t 100000; CPUQuotaPerSecUSec t 18446744073709551615"},
      {{{"cpuset.cpus", "0-2,9"}}, "AllowedCPUs ay 2 7 2"},
      {{{"cpuset.mems", "0"}}, "AllowedMemoryNodes ay 1 1"},
      {{{"cpuset.cpus", "64"}}, "AllowedCPUs ay 9 0 0 0 0 0 0 0 0 1"},
      {{{"pids.max", "20"}}, "TasksMax t 20"},
      {{{"pids.max", "max"}}, "TasksMax t 18446744073709551615"},
      {{{"pids.max", "20"}, {"pids.max", "30"}}, "TasksMax t 30"},
      {{{"io.weight", "default 200"}}, "IOWeight t 200"},
      {{{"io.weight", "200"}}, "IOWeight t 200"},
      {{{"io.max", "8:0 rbps=1"}, {"hugetlb.2MB.max", "0"}, {"cpu.max.burst", "1"}}, ""},
      {{{"memory.oom.group", "1"}}, ""},
      // v1
      {{{"memory.limit_in_bytes", "1048576"}, {"memory.soft_limit_in_bytes", "7"}},
       "MemoryLimit t 1048576"},
      {{{"memory.limit_in_bytes", "-1"}}, "MemoryLimit t 18446744073709551615"},
      {{{"cpu.shares", "512"}}, "CPUShares t 512"},
      {{{"cpu.cfs_period_us", "50000"}, {"cpu.cfs_quota_us", "5000"}},
       "CPUQuotaPeriodUSec t 50000; CPUQuotaPerSecUSec t 100000"},
      {{{"cpu.cfs_quota_us", "-1"}}, "CPUQuotaPerSecUSec t 18446744073709551615"},
      {{{"cpu.cfs_period_us", "50000"}}, "CPUQuotaPeriodUSec t 50000"},
      {{{"blkio.weight", "500"}}, "BlockIOWeight t 500"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.written.empty() ? "" : std::string(row.written[0].value));
    EXPECT_EQ(shown(limit_properties(row.written)), row.properties);
  }
}

TEST(UnitProperties, SomeAreForTheStartOnly) {
  EXPECT_EQ(shown(start_properties({{"memory.oom.group", "1"}})), "OOMPolicy s kill");
  EXPECT_EQ(shown(start_properties({{"memory.oom.group", "0"}})), "OOMPolicy s continue");
  EXPECT_EQ(shown(start_properties({{"memory.max", "1"}})), "");
}

TEST(UnitProperties, EveryUnitHasSome) {
  const std::string rest =
      "DefaultDependencies b false; CollectMode s inactive-or-failed; CPUAccounting b true; "
      "MemoryAccounting b true; TasksAccounting b true; ";
  EXPECT_EQ(shown(common_properties({"p-x.scope", "a.slice", ""}, "web", Mode::V2)),
            "Description s container web; Slice s a.slice; Delegate b true; " + rest +
                "IOAccounting b true");
  // A slice is where its name says, and has no processes to delegate to.
  EXPECT_EQ(shown(common_properties({"a-b.slice", "", ""}, "web", Mode::Hybrid)),
            "Description s container web; " + rest + "BlockIOAccounting b true");
}

TEST(UnitProperties, DevicesAreWhatIsAllowed) {
  constexpr auto kChar = DeviceKind::Char;
  constexpr auto kBlock = DeviceKind::Block;
  const DeviceRule deny_char{false, {kChar, {}, {}}, kAnyAccess};
  struct Row {
    std::vector<DeviceRule> rules;
    std::string properties;
  };
  const Row rows[] = {
      {{}, ""},
      {{deny_char}, "DeviceAllow a(ss) 0; DevicePolicy s strict"},
      {{deny_char, {true, {kChar, 1, 3}, kAnyAccess}, {true, {kBlock, 8, {}}, kRead}},
       "DeviceAllow a(ss) 2 /dev/char/1:3 rwm block-8 r; DevicePolicy s strict"},
      {{{true, {kChar, {}, {}}, kMknod}}, "DeviceAllow a(ss) 1 char-* m; DevicePolicy s strict"},
      // No list says these.
      {{{true, {kChar, {}, {}}, kAnyAccess}, {false, {kChar, 1, 3}, kWrite}}, ""},
      {{{true, {kChar, {}, 3}, kRead}}, ""},
  };
  for (const Row& row : rows) EXPECT_EQ(shown(device_properties(row.rules)), row.properties);
}

TEST(UnitProperties, AnnotationsAddTheirOwn) {
  const oci::Map<std::string> annotations = {
      {"org.opencontainers.image.author", "x"},
      {"org.systemd.property.TimeoutStopUSec", "uint64 123456789"},
      {"org.systemd.property.CollectMode", "'inactive-or-failed'"},
      {"org.systemd.property.TimeoutStopSec", "5"},
      {"org.systemd.property.RuntimeMaxSec", "1.5"},
      {"org.systemd.property.Wants", "['a.service']"},
  };
  EXPECT_EQ(shown(annotated_properties(annotations)),
            "TimeoutStopUSec t 123456789; CollectMode s inactive-or-failed; "
            "TimeoutStopUSec t 5000000; RuntimeMaxUSec t 1500000; Wants as 1 a.service");
}

TEST(UnitProperties, AWrongAnnotationIsNamed) {
  const std::tuple<std::string, std::string, std::string> rows[] = {
      {"Foo2", "true", "is no property that can be set"},
      {"", "true", "is no property that can be set"},
      {"PIDs", "[uint32 1]", "is no property that can be set"},
      {"TimeoutStopSec", "'5s'", "a number of seconds is expected"},
      {"TimeoutStopSec", "-1", "a number of seconds is expected"},
      {"TimeoutStopSec", "1e300", "a number of seconds is expected"},
      {"TimeoutStopUSec", "5s", "can't be read from \"5s\""},
  };
  for (const auto& [name, value, problem] : rows) {
    SCOPED_TRACE(name + " " + value);
    try {
      annotated_properties({{"org.systemd.property." + name, value}});
      ADD_FAILURE() << "not refused";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.text(),
                "config.json: /annotations/org.systemd.property." + name + ": " + problem);
    }
  }
}

}  // namespace
}  // namespace runtime::cgroup
