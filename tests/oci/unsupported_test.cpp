#include "oci/unsupported.h"

#include <gtest/gtest.h>
#include <string>

#include "oci/default_config.h"
#include "oci/load.h"
#include "tests/oci/full_config.h"
#include "tests/oci/support.h"

namespace {

std::string unsupported_in(const oci::Config& config) {
  return oci_test::error_of([&] {
    oci::Problems problems(nullptr);
    find_unsupported(config, problems);
    problems.throw_if_any("f");
  });
}

std::string unsupported_in(const std::string& members) {
  return unsupported_in(oci::parse_config("f", oci_test::config_with(members)));
}

TEST(Unsupported, FindsNothingInTheDefaultConfig) {
  EXPECT_EQ(unsupported_in(oci::default_config()), "");
}

TEST(Unsupported, NamesEachPropertyWithoutEffect) {
  struct Case {
    std::string members;
    std::string pointer;
  };
  const auto in_linux = [](const std::string& member) { return "\"linux\":{" + member + "}"; };
  const Case cases[] = {
      {in_linux(R"("netDevices":{"eth0":{}})"), "/linux/netDevices"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(unsupported_in(each.members), "f: " + each.pointer + ": not supported yet");
  }
}

TEST(Unsupported, TakesWhatAsksForNothing) {
  EXPECT_EQ(unsupported_in(R"("hooks":{"prestart":[]},"process":{"cwd":"/","execCPUAffinity":{},)"
                           R"("selinuxLabel":""},"linux":{"resources":{"memory":{},"cpu":{},)"
                           R"("network":{"priorities":[]},"blockIO":{},"pids":{},"devices":[]},)"
                           R"("seccomp":null,"uidMappings":[],"timeOffsets":{}})"),
            "");
}

}  // namespace
