#include "oci/validate.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "oci/default_config.h"
#include "oci/load.h"
#include "tests/oci/support.h"

namespace {

using oci::Config;
using oci::NamespaceType;
using oci_test::error_of;

struct Invalid {
  const char* what;
  void (*change)(Config& config);
  std::string error;  // after "config.json: "
};

// The default config, which is valid, with one change.
void expect_refused(const Invalid& each) {
  Config config = oci::default_config();
  each.change(config);
  EXPECT_EQ(error_of([&] { oci::validate(config); }), "config.json: " + each.error) << each.what;
}

std::string error_after(void (*change)(Config& config)) {
  Config config = oci::default_config();
  change(config);
  return error_of([&] { oci::validate(config); });
}

oci::Mount mount_at(std::string destination) {
  oci::Mount mount;
  mount.destination = std::move(destination);
  return mount;
}

void remove_namespace(Config& config, NamespaceType type) {
  std::erase_if(config.linux->namespaces, [&](const auto& each) { return each.type == type; });
}

TEST(Validate, TakesTheDefaultConfig) {
  std::vector<std::string> warnings;
  oci::validate(oci::default_config(), &warnings);
  EXPECT_TRUE(warnings.empty());
}

TEST(Validate, TakesAnyVersionOneButWarnsOfNewer) {
  for (const char* version : {"1.0.0", "1.0.0-rc5", "1.0.2-dev", "1.1.0+dev", "1.2.1", "1.3.0",
                              "1.3.7", "1.3.0-rc.1+build-7.a"}) {
    Config config = oci::default_config();
    config.oci_version = version;
    std::vector<std::string> warnings;
    EXPECT_EQ(error_of([&] { oci::validate(config, &warnings); }), "") << version;
    EXPECT_TRUE(warnings.empty()) << version;
  }
  Config config = oci::default_config();
  config.oci_version = "1.99.0";
  std::vector<std::string> warnings;
  oci::validate(config, &warnings);
  EXPECT_EQ(warnings, std::vector<std::string>{
                          "/ociVersion: \"1.99.0\" is newer than 1.3.0; what it adds is ignored"});
}

TEST(Validate, RefusesOtherVersions) {
  for (const char* version :
       {"", "1", "1.0", "v1.0.0", "1.0.0.0", "1.0.x", "01.0.0", "1.00.0", "1.0.0-", "1.0.0+",
        "1.0.0-a..b", "1.0.0-ä", " 1.0.0", "1.0.0 ", "1.-1.0", "1.0.99999999999"}) {
    Config config = oci::default_config();
    config.oci_version = version;
    EXPECT_EQ(error_of([&] { oci::validate(config); }),
              base::cat("config.json: /ociVersion: \"", version, "\" is no version like 1.3.0"));
  }
  for (const char* version : {"0.9.0", "2.0.0", "10.0.0"}) {
    Config config = oci::default_config();
    config.oci_version = version;
    EXPECT_EQ(
        error_of([&] { oci::validate(config); }),
        base::cat("config.json: /ociVersion: \"", version, "\" is not supported, only 1.x is"));
  }
}

TEST(Validate, ChecksTheTopLevel) {
  const Invalid cases[] = {
      {"B-15", [](Config& c) { c.process.reset(); }, "/process: missing"},
      {"B-25 no root", [](Config& c) { c.root.reset(); }, "/root: missing"},
      {"B-25 empty path", [](Config& c) { c.root->path.clear(); }, "/root/path: empty"},
      {"B-55 no uts namespace", [](Config& c) { remove_namespace(c, NamespaceType::Uts); },
       "/hostname: needs a uts namespace"},
      {"B-55 long", [](Config& c) { c.hostname.assign(65, 'h'); },
       "/hostname: \"" + std::string(64, 'h') + "\"... is longer than 64 bytes"},
      {"domainname", [](Config& c) { c.domainname.assign(65, 'd'); },
       "/domainname: \"" + std::string(64, 'd') + "\"... is longer than 64 bytes"},
      {"annotation",
       [](Config& c) {
         c.annotations = {{"", "x"}};
       },
       "/annotations: empty key"},
  };
  for (const Invalid& each : cases) expect_refused(each);
}

TEST(Validate, ChecksTheProcess) {
  const Invalid cases[] = {
      {"B-16", [](Config& c) { c.process->args.clear(); },
       "/process/args: at least one entry is needed"},
      {"B-18",
       [](Config& c) {
         c.process->args = {"", "x"};
       },
       "/process/args/0: empty"},
      {"B-19 relative", [](Config& c) { c.process->cwd = "work"; },
       "/process/cwd: must be absolute, is \"work\""},
      {"B-19 empty", [](Config& c) { c.process->cwd = ""; }, "/process/cwd: empty"},
      {"env without =",
       [](Config& c) {
         c.process->env = {"A=", "PATH"};
       },
       "/process/env/1: must be NAME=VALUE, is \"PATH\""},
      {"env without name", [](Config& c) { c.process->env = {"=x"}; },
       "/process/env/0: must be NAME=VALUE, is \"=x\""},
      {"B-23 uid", [](Config& c) { c.process->user.uid = 4294967295; },
       "/process/user/uid: 4294967295 is reserved"},
      {"B-23 gid", [](Config& c) { c.process->user.gid = 4294967295; },
       "/process/user/gid: 4294967295 is reserved"},
      {"group",
       [](Config& c) {
         c.process->user.additional_gids = {5, 4294967295};
       },
       "/process/user/additionalGids/1: 4294967295 is reserved"},
      {"B-24 groups", [](Config& c) { c.process->user.additional_gids.resize(70000); },
       "/process/user/additionalGids: at most 65536 entries, has 70000"},
      {"B-24 umask", [](Config& c) { c.process->user.umask = 01000; },
       "/process/user/umask: 512 is out of range (0 to 511)"},
      {"B-34",
       [](Config& c) {
         c.process->rlimits = {{oci::RlimitType::Cpu, 1, 1}, {oci::RlimitType::Cpu, 2, 2}};
       },
       "/process/rlimits/1/type: RLIMIT_CPU is listed twice"},
      {"B-35",
       [](Config& c) {
         c.process->rlimits = {{oci::RlimitType::Nproc, 5, 3}};
       },
       "/process/rlimits/0/soft: RLIMIT_NPROC: 5 is above the hard limit 3"},
      {"B-36", [](Config& c) { c.process->oom_score_adj = 9999; },
       "/process/oomScoreAdj: 9999 is out of range (-1000 to 1000)"},
      {"oom too low", [](Config& c) { c.process->oom_score_adj = -1001; },
       "/process/oomScoreAdj: -1001 is out of range (-1000 to 1000)"},
      {"console",
       [](Config& c) {
         c.process->console_size = {65536, 80};
       },
       "/process/consoleSize/height: 65536 is out of range (0 to 65535)"},
  };
  for (const Invalid& each : cases) expect_refused(each);
}

TEST(Validate, TakesTheBoundsOfProcess) {
  Config config = oci::default_config();
  config.process->user.uid = 4294967294;
  config.process->user.umask = 0777;
  config.process->user.additional_gids.resize(65536);
  config.process->oom_score_adj = -1000;
  config.process->env = {"A=", "B=C=D"};
  config.process->terminal = false;
  config.process->console_size = {1000000, 0};  // must be ignored without a terminal
  EXPECT_EQ(error_of([&] { oci::validate(config); }), "");
}

TEST(Validate, WarnsOfUnknownCapabilities) {
  Config config = oci::default_config();
  config.process->capabilities->ambient = {"CAP_KILL", "CAP_FLY", "cap_kill"};
  std::vector<std::string> warnings;
  oci::validate(config, &warnings);
  EXPECT_EQ(warnings, (std::vector<std::string>{
                          "/process/capabilities/ambient/1: unknown capability \"CAP_FLY\"",
                          "/process/capabilities/ambient/2: unknown capability \"cap_kill\""}));
}

TEST(Validate, ChecksDestinations) {
  const Invalid cases[] = {
      {"B-37", [](Config& c) { c.mounts = {mount_at("/")}; },
       "/mounts/0/destination: \"/\" is the container's root"},
      {"B-37 by detours", [](Config& c) { c.mounts = {mount_at("/a/..//./")}; },
       "/mounts/0/destination: \"/a/..//./\" is the container's root"},
      {"B-37 from above", [](Config& c) { c.mounts = {mount_at("/../a/..")}; },
       "/mounts/0/destination: \"/../a/..\" is the container's root"},
      {"B-37 relative", [](Config& c) { c.mounts = {mount_at("./a/..")}; },
       "/mounts/0/destination: \"./a/..\" is the container's root"},
      {"B-43 empty", [](Config& c) { c.mounts = {mount_at("")}; }, "/mounts/0/destination: empty"},
  };
  for (const Invalid& each : cases) expect_refused(each);
  EXPECT_EQ(error_after([](Config& c) { c.mounts = {mount_at("/../../../tmp/x")}; }), "");
  Config relative = oci::default_config();
  relative.mounts = {mount_at("/a"), mount_at("proc")};
  std::vector<std::string> warnings;
  validate(relative, &warnings);
  EXPECT_EQ(warnings, std::vector<std::string>{
                          "/mounts/1/destination: \"proc\" is relative, taken from \"/\""});
}

TEST(Validate, ChecksNamespaces) {
  const Invalid cases[] = {
      {"B-53",
       [](Config& c) {
         c.linux->namespaces.push_back({NamespaceType::Pid, ""});
       },
       "/linux/namespaces/6/type: \"pid\" is listed twice"},
      {"A-111",
       [](Config& c) {
         remove_namespace(c, NamespaceType::Mount);
         c.linux->namespaces.push_back({NamespaceType::User, "/proc/1/ns/user"});
         c.linux->rootfs_propagation = oci::Propagation::Slave;
       },
       "/linux/namespaces: with a user namespace a mount namespace is needed; "
       "/linux/rootfsPropagation: needs a mount namespace"},
      {"no linux",
       [](Config& c) {
         c.linux.reset();
         c.hostname.clear();
       },
       "/linux: missing"},
  };
  for (const Invalid& each : cases) expect_refused(each);
}

TEST(Validate, ChecksHooks) {
  Config config = oci::default_config();
  oci::Hook hook;
  hook.path = "bin/hook";
  hook.timeout = 0;
  config.hooks.create_runtime = {hook};
  EXPECT_EQ(error_of([&] { oci::validate(config); }),
            "config.json: /hooks/createRuntime/0/path: must be absolute, is \"bin/hook\"; "
            "/hooks/createRuntime/0/timeout: must be above 0, is 0");
}

TEST(Validate, ReportsEverythingAtOnce) {
  const std::string error = error_after([](Config& c) {
    c.oci_version = "2.0.0";
    c.process->args.clear();
    c.linux->masked_paths = {"proc"};
  });
  EXPECT_EQ(error,
            "config.json: /ociVersion: \"2.0.0\" is not supported, only 1.x is; "
            "/process/args: at least one entry is needed; "
            "/linux/maskedPaths/0: must be absolute, is \"proc\"");
}

TEST(Validate, CutsALongReport) {
  const std::string error =
      error_after([](Config& c) { c.process->env.assign(100, "no equals sign\n"); });
  EXPECT_TRUE(error.ends_with(
      "/process/env/15: must be NAME=VALUE, is \"no equals sign\\x0a\"; and 84 more"))
      << error;
}

TEST(Validate, ChecksTheProcessOfExec) {
  oci::Process process;
  process.cwd = "x";
  EXPECT_EQ(error_of([&] { oci::validate("process.json", process); }),
            "process.json: /args: at least one entry is needed; "
            "/cwd: must be absolute, is \"x\"");
}

}  // namespace
