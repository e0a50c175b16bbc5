#include "oci/default_config.h"

#include <gtest/gtest.h>
#include <string>

#include "oci/json_writer.h"
#include "oci/load.h"
#include "oci/validate.h"
#include "tests/oci/support.h"

namespace {

using oci_test::error_of;

std::string destinations(const oci::Config& config) {
  std::string text;
  for (const auto& mount : config.mounts) text += mount.destination + ' ';
  return text;
}

std::string namespaces(const oci::Config& config) {
  std::string text;
  for (const auto& each : config.linux->namespaces) text += base::cat(name_of(each.type), ' ');
  return text;
}

TEST(DefaultConfig, IsValidAndSurvivesItsOwnText) {
  const oci::Config config = oci::default_config();
  const std::string text = oci::write_json(config, oci::JsonStyle::Pretty);
  const oci::Config again = oci::parse_config("config.json", text);
  EXPECT_EQ(oci::write_json(again, oci::JsonStyle::Pretty), text);
  EXPECT_EQ(error_of([&] { oci::validate(again); }), "");
}

TEST(DefaultConfig, RunsAShellWithFewRights) {
  const oci::Config config = oci::default_config();
  EXPECT_EQ(oci::write_json(*config.process),
            R"({"terminal":true,"user":{"uid":0,"gid":0},"args":["sh"],)"
            R"("env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",)"
            R"("TERM=xterm"],"cwd":"/","capabilities":{)"
            R"("bounding":["CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"],)"
            R"("effective":["CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"],)"
            R"("permitted":["CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"]},)"
            R"("rlimits":[{"type":"RLIMIT_NOFILE","hard":1024,"soft":1024}],)"
            R"("noNewPrivileges":true})");
  EXPECT_EQ(oci::write_json(*config.root), R"({"path":"rootfs","readonly":true})");
  EXPECT_EQ(destinations(config), "/proc /dev /dev/pts /dev/shm /dev/mqueue /sys /sys/fs/cgroup ");
  EXPECT_EQ(namespaces(config), "pid network ipc uts mount cgroup ");
  EXPECT_EQ(oci::write_json(*config.linux->resources),
            R"({"devices":[{"allow":false,"access":"rwm"}]})");
}

TEST(DefaultConfig, AsksForNothingARootlessCallerLacks) {
  const oci::Config config = oci::default_rootless_config(1000, 1001);
  EXPECT_EQ(destinations(config), "/proc /dev /dev/pts /dev/shm /dev/mqueue /sys ");
  EXPECT_EQ(namespaces(config), "pid ipc uts mount cgroup user ");
  EXPECT_FALSE(config.linux->resources);
  EXPECT_EQ(config.mounts.back().options,
            (std::vector<std::string>{"rbind", "nosuid", "noexec", "nodev", "rro"}));
  EXPECT_EQ(config.mounts[2].options, (std::vector<std::string>{"nosuid", "noexec", "newinstance",
                                                                "ptmxmode=0666", "mode=0620"}));
  EXPECT_EQ(config.linux->uid_mappings, (std::vector<oci::IdMapping>{{0, 1000, 1}}));
  EXPECT_EQ(config.linux->gid_mappings, (std::vector<oci::IdMapping>{{0, 1001, 1}}));
}

}  // namespace
