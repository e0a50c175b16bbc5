#include <gtest/gtest.h>
#include <string>

#include "oci/load.h"
#include "oci/validate.h"
#include "tests/oci/support.h"

namespace {

struct ResourcesCase {
  const char* what;
  std::string resources;
  std::string error;
};

TEST(ValidateResources, ChecksRanges) {
  const ResourcesCase cases[] = {
      {"nothing", "{}", ""},
      {"Docker's zeros",
       R"({"memory":{},"cpu":{"shares":0,"quota":0,"period":0},"blockIO":{"weight":0},)"
       R"("pids":{"limit":0},"devices":[{"allow":false,"access":"rwm"}]})",
       ""},
      {"B-60 memory", R"({"memory":{"limit":-7}})",
       "-: /memory/limit: -7 is out of range (-1: no limit)"},
      {"swap below", R"({"memory":{"limit":5000,"swap":4000}})",
       "-: /memory/swap: 4000 is below the memory limit 5000"},
      {"swap alone", R"({"memory":{"swap":4000}})", ""},
      {"no swap limit", R"({"memory":{"limit":5000,"swap":-1}})", ""},
      {"swappiness", R"({"memory":{"swappiness":101}})",
       "-: /memory/swappiness: 101 is out of range (0 to 100)"},
      {"B-60 period", R"({"cpu":{"period":1}})",
       "-: /cpu/period: 1 is out of range (1000 to 1000000)"},
      {"quota", R"({"cpu":{"quota":999}})", "-: /cpu/quota: 999 is below 1000"},
      {"no quota", R"({"cpu":{"quota":-1,"idle":1}})", ""},
      {"idle", R"({"cpu":{"idle":2}})", "-: /cpu/idle: 2 is out of range (0 to 1)"},
      {"pids", R"({"pids":{"limit":-2}})", "-: /pids/limit: -2 is out of range (-1: no limit)"},
      {"weight", R"({"blockIO":{"weight":9}})",
       "-: /blockIO/weight: 9 is out of range (10 to 1000)"},
      {"device weight", R"({"blockIO":{"weightDevice":[{"major":8,"minor":0}]}})",
       "-: /blockIO/weightDevice/0: weight or leafWeight is needed"},
      {"access", R"({"devices":[{"allow":true,"access":"rx"}]})",
       "-: /devices/0/access: must be made of r, w and m, is \"rx\""},
      {"no access", R"({"devices":[{"allow":true}]})",
       "-: /devices/0/access: must be made of r, w and m, is \"\""},
      {"device", R"({"devices":[{"allow":true,"access":"r","major":-2,"minor":4294967295}]})",
       "-: /devices/0/major: -2 is out of range (-1 to 4095); "
       "/devices/0/minor: 4294967295 is out of range (-1 to 1048575)"},
      {"page size",
       R"({"hugepageLimits":[{"pageSize":"1GB","limit":0},{"pageSize":"2M","limit":0}]})",
       "-: /hugepageLimits/1/pageSize: \"2M\" is no size like 2MB"},
      {"rdma", R"({"rdma":{"mlx5_1":{}}})", "-: /rdma/mlx5_1: hcaHandles or hcaObjects is needed"},
      {"unified", R"({"unified":{"memory.high":"1","../x.y":"1","nodot":"1"}})",
       "-: /unified/..~1x.y: not the name of a cgroup file; "
       "/unified/nodot: not the name of a cgroup file"},
  };
  for (const ResourcesCase& each : cases) {
    const auto resources = oci::parse_resources("-", each.resources);
    EXPECT_EQ(oci_test::error_of([&] { oci::validate("-", resources); }), each.error) << each.what;
  }
}

TEST(ValidateResources, BoundsTheNumberOfDeviceRules) {
  std::string rules = R"({"allow":true,"access":"r"})";
  for (int i = 0; i < 2000; ++i) rules += R"(,{"allow":true,"access":"r"})";
  const auto resources = oci::parse_resources("-", R"({"devices":[)" + rules + "]}");
  EXPECT_EQ(oci_test::error_of([&] { oci::validate("-", resources); }),
            "-: /devices: at most 2000 entries, has 2001");
}

}  // namespace
