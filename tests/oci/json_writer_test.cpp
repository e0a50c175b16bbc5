#include "oci/json_writer.h"

#include <gtest/gtest.h>
#include <string>

#include "oci/features.h"
#include "oci/load.h"
#include "oci/state.h"
#include "tests/oci/full_config.h"
#include "tests/oci/support.h"

namespace {

TEST(JsonWriter, WritesBackEverythingThatWasRead) {
  const auto config = oci::parse_config("config.json", oci_test::full_config);
  EXPECT_EQ(oci::write_json(config), oci_test::full_config);
}

TEST(JsonWriter, ReadsItsOwnPrettyForm) {
  const auto config = oci::parse_config("config.json", oci_test::full_config);
  const std::string pretty = oci::write_json(config, oci::JsonStyle::Pretty);
  EXPECT_EQ(oci::write_json(oci::parse_config("config.json", pretty)), oci_test::full_config);
}

TEST(JsonWriter, IndentsWithTabs) {
  oci::Config config;
  config.oci_version = "1.3.0";
  config.mounts.resize(1);
  config.mounts[0].destination = "/proc";
  config.linux.emplace();
  config.hooks.poststop.resize(1);
  config.hooks.poststop[0].path = "/h";
  config.hooks.poststop[0].env.emplace();
  EXPECT_EQ(
      oci::write_json(config, oci::JsonStyle::Pretty),
      "{\n\t\"ociVersion\": \"1.3.0\",\n\t\"mounts\": [\n\t\t{\n\t\t\t\"destination\": "
      "\"/proc\"\n\t\t}\n\t],\n\t\"hooks\": {\n\t\t\"poststop\": [\n\t\t\t{\n\t\t\t\t\"path\": "
      "\"/h\",\n\t\t\t\t\"env\": []\n\t\t\t}\n\t\t]\n\t},\n\t\"linux\": {}\n}");
}

TEST(JsonWriter, WritesArrays) {
  EXPECT_EQ(oci::write_json(std::vector<int>{1, 0, -2}), "[1,0,-2]");
  EXPECT_EQ(oci::write_json(std::vector<oci::Hook>{}), "[]");
  EXPECT_EQ(
      oci::write_json(std::vector<oci::Hook>{{.path = "/a", .args = {}, .env = {}, .timeout = {}},
                                             {.path = "/b", .args = {}, .env = {}, .timeout = {}}}),
      R"([{"path":"/a"},{"path":"/b"}])");
}

TEST(JsonWriter, EscapesOnlyWhatJsonDemands) {
  oci::Root root;
  root.path = "/a\"\\\n\r\t\x01\x1f\x7f/é";
  EXPECT_EQ(oci::write_json(root), "{\"path\":\"/a\\\"\\\\\\n\\r\\t\\u0001\\u001f\x7f/é\"}");
}

TEST(JsonWriter, SpellsOutBytesThatAreNotUtf8) {
  oci::Root root;
  root.path = "/\xff\xe2\x82/x\xc3";
  EXPECT_EQ(oci::write_json(root), R"({"path":"/\\xff\\xe2\\x82/x\\xc3"})");
}

TEST(JsonWriter, WritesTheStateAsClientsKnowIt) {
  oci::State state;
  state.id = "web";
  state.status = oci::Status::Stopped;
  state.bundle = "/bundles/web";
  EXPECT_EQ(oci::write_json(state),
            R"({"ociVersion":"1.3.0","id":"web","pid":0,"status":"stopped",)"
            R"("bundle":"/bundles/web"})");

  state.status = oci::Status::Running;
  state.pid = 4422;
  state.rootfs = "/bundles/web/rootfs";
  state.created = "2026-01-02T03:04:05.678901234Z";
  state.annotations = {{"b", "1"}, {"a", ""}};
  state.owner = "root";
  EXPECT_EQ(oci::write_json(state),
            R"({"ociVersion":"1.3.0","id":"web","pid":4422,"status":"running",)"
            R"("bundle":"/bundles/web","rootfs":"/bundles/web/rootfs",)"
            R"("created":"2026-01-02T03:04:05.678901234Z","annotations":{"b":"1","a":""},)"
            R"("owner":"root"})");
}

TEST(JsonWriter, WritesTheSeccompAgentsDocument) {
  oci::ContainerProcessState state;
  state.fds = {"seccompFd"};
  state.pid = 7;
  state.metadata = "m";
  state.state.id = "web";
  state.state.pid = 7;
  state.state.bundle = "/b";
  EXPECT_EQ(oci::write_json(state),
            R"({"ociVersion":"1.3.0","fds":["seccompFd"],"pid":7,"metadata":"m",)"
            R"("state":{"ociVersion":"1.3.0","id":"web","pid":7,"status":"creating",)"
            R"("bundle":"/b"}})");
}

TEST(JsonWriter, TellsFalseFromUnknownInFeatures) {
  oci::Features features;
  features.oci_version_min = "1.0.0";
  features.oci_version_max = "1.3.0";
  features.hooks = {"prestart"};
  features.linux.emplace();
  features.linux->cgroup.emplace();
  features.linux->cgroup->v1 = false;
  features.linux->cgroup->v2 = true;
  features.linux->mount_extensions.emplace();
  features.linux->mount_extensions->idmap = oci::Support{true};
  EXPECT_EQ(oci::write_json(features),
            R"({"ociVersionMin":"1.0.0","ociVersionMax":"1.3.0","hooks":["prestart"],)"
            R"("linux":{"cgroup":{"v1":false,"v2":true},)"
            R"("mountExtensions":{"idmap":{"enabled":true}}}})");
}

}  // namespace
