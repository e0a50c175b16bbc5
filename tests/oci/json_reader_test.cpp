#include "oci/json_reader.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "oci/load.h"
#include "tests/oci/support.h"

namespace {

using oci_test::config_with;
using oci_test::error_of;
using oci_test::process_with;

struct BadConfig {
  const char* what;
  std::string text;
  std::string error;  // after "config.json: "
};

void expect_refused(const BadConfig& each) {
  EXPECT_EQ(error_of([&] { oci::parse_config("config.json", each.text); }),
            "config.json: " + each.error)
      << each.what;
}

TEST(JsonReader, RefusesWrongTypes) {
  const BadConfig cases[] = {
      {"B-14", R"({"ociVersion":1})", "/ociVersion: must be a string, not 1"},
      {"B-17", process_with(R"("args":"sh")"),
       R"(/process/args: must be an array, not the string "sh")"},
      {"B-52", config_with(R"("linux":{"cgroupsPath":5})"),
       "/linux/cgroupsPath: must be a string, not 5"},
      {"B-60", config_with(R"("linux":{"resources":{"pids":{"limit":"many"}}})"),
       R"(/linux/resources/pids/limit: must be an integer, not the string "many")"},
      {"string for bool", process_with(R"("terminal":"yes")"),
       R"(/process/terminal: must be true or false, not the string "yes")"},
      {"number for bool", process_with(R"("terminal":1)"),
       "/process/terminal: must be true or false, not 1"},
      {"array for object", config_with(R"("process":[])"),
       "/process: must be an object, not an array"},
      {"object for array", config_with(R"("mounts":{})"),
       "/mounts: must be an array, not an object"},
      {"array for map", config_with(R"("annotations":[])"),
       "/annotations: must be an object, not an array"},
      {"bool in a list", process_with(R"("args":["sh",true])"),
       "/process/args/1: must be a string, not true"},
      {"null in a list", process_with(R"("env":[null])"),
       "/process/env/0: must be a string, not null"},
      {"null in a map", config_with(R"("annotations":{"a/b":null})"),
       "/annotations/a~1b: must be a string, not null"},
      {"number for enum", config_with(R"("linux":{"namespaces":[{"type":1}]})"),
       "/linux/namespaces/0/type: must be a string, not 1"},
  };
  for (const BadConfig& each : cases) expect_refused(each);
}

std::string uid(const std::string& text) {
  return process_with(R"("user":{"gid":0,"uid":)" + text + "}");
}

std::string oom(const std::string& text) { return process_with(R"("oomScoreAdj":)" + text); }

TEST(JsonReader, RefusesNumbersOutOfTheirTypesRange) {
  const BadConfig cases[] = {
      {"B-22 -1", uid("-1"), "/process/user/uid: -1 is out of range (0 to 4294967295)"},
      {"B-22 2^32", uid("4294967296"),
       "/process/user/uid: 4294967296 is out of range (0 to 4294967295)"},
      {"B-22 2^64", uid("18446744073709551616"),
       "/process/user/uid: 18446744073709551616 is out of range (0 to 4294967295)"},
      {"B-22 fraction", uid("1.5"), "/process/user/uid: 1.5 is not an integer"},
      {"B-22 whole fraction", uid("1.0"), "/process/user/uid: 1.0 is not an integer"},
      {"B-22 exponent", uid("1e3"), "/process/user/uid: 1e3 is not an integer"},
      {"B-22 string", uid("\"0\""), R"(/process/user/uid: must be an integer, not the string "0")"},
      {"long number", uid(std::string(100, '9')),
       "/process/user/uid: " + std::string(64, '9') + "... is out of range (0 to 4294967295)"},
      {"too low", oom("-2147483649"),
       "/process/oomScoreAdj: -2147483649 is out of range (-2147483648 to 2147483647)"},
      {"far too low", oom("-9223372036854775809"),
       "/process/oomScoreAdj: -9223372036854775809 is out of range (-2147483648 to 2147483647)"},
      {"B-35 negative limit",
       process_with(R"("rlimits":[{"type":"RLIMIT_CPU","soft":-1,"hard":1}])"),
       "/process/rlimits/0/soft: -1 is out of range (0 to 18446744073709551615)"},
      {"16 bits", config_with(R"("linux":{"resources":{"blockIO":{"weight":65536}}})"),
       "/linux/resources/blockIO/weight: 65536 is out of range (0 to 65535)"},
  };
  for (const BadConfig& each : cases) expect_refused(each);
}

TEST(JsonReader, TakesTheLimitsOfTheTypes) {
  const auto config = oci::parse_config(
      "config.json",
      process_with(R"("oomScoreAdj":-2147483648,"user":{"uid":4294967295,"gid":-0},)"
                   R"("rlimits":[{"type":"RLIMIT_CPU","soft":0,"hard":18446744073709551615}])"));
  EXPECT_EQ(config.process->oom_score_adj, -2147483647 - 1);
  EXPECT_EQ(config.process->user.uid, 4294967295u);
  EXPECT_EQ(config.process->user.gid, 0u);
  EXPECT_EQ(config.process->rlimits[0].hard, 18446744073709551615u);
}

TEST(JsonReader, RefusesUnknownEnumerators) {
  const BadConfig cases[] = {
      {"B-53", config_with(R"("linux":{"namespaces":[{"type":"pid"},{"type":"foo"}]})"),
       R"(/linux/namespaces/1/type: unknown value "foo" (pid, network, mount, ipc, uts, user, )"
       "cgroup, time)"},
      {"case counts", config_with(R"("linux":{"namespaces":[{"type":"PID"}]})"),
       R"(/linux/namespaces/0/type: unknown value "PID" (pid, network, mount, ipc, uts, user, )"
       "cgroup, time)"},
      {"B-57", config_with(R"("linux":{"devices":[{"type":"z","path":"/dev/z"}]})"),
       R"(/linux/devices/0/type: unknown value "z" (c, b, u, p))"},
      {"B-58 action", config_with(R"("linux":{"seccomp":{"defaultAction":"SCMP_ACT_NO"}})"),
       R"(/linux/seccomp/defaultAction: unknown value "SCMP_ACT_NO" (SCMP_ACT_KILL, )"
       "SCMP_ACT_KILL_PROCESS, SCMP_ACT_KILL_THREAD, SCMP_ACT_TRAP, SCMP_ACT_ERRNO, "
       "SCMP_ACT_TRACE, SCMP_ACT_ALLOW, SCMP_ACT_LOG, SCMP_ACT_NOTIFY)"},
      {"B-63 propagation", config_with(R"("linux":{"rootfsPropagation":"bogus"})"),
       R"(/linux/rootfsPropagation: unknown value "bogus" (private, rprivate, shared, rshared, )"
       "slave, rslave, unbindable, runbindable)"},
      {"B-63 personality", config_with(R"("linux":{"personality":{"domain":"BSD"}})"),
       R"(/linux/personality/domain: unknown value "BSD" (LINUX, LINUX32))"},
      {"empty where required", config_with(R"("linux":{"personality":{"domain":""}})"),
       R"(/linux/personality/domain: unknown value "" (LINUX, LINUX32))"},
      {"io class", process_with(R"("ioPriority":{"class":"fast"})"),
       R"(/process/ioPriority/class: unknown value "fast" (IOPRIO_CLASS_RT, IOPRIO_CLASS_BE, )"
       "IOPRIO_CLASS_IDLE)"},
  };
  for (const BadConfig& each : cases) expect_refused(each);
}

TEST(JsonReader, NamesAllRlimitsForAnUnknownOne) {
  const std::string text = process_with(R"("rlimits":[{"type":"RLIMIT_X","soft":1,"hard":1}])");
  const std::string error = error_of([&] { oci::parse_config("config.json", text); });
  EXPECT_TRUE(error.starts_with(
      R"(config.json: /process/rlimits/0/type: unknown value "RLIMIT_X" (RLIMIT_AS, )"))
      << error;
}

TEST(JsonReader, NamesAllArchitecturesForAnUnknownOne) {
  const std::string text = config_with(
      R"("linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["VAX"]}})");
  const std::string error = error_of([&] { oci::parse_config("config.json", text); });
  EXPECT_TRUE(error.starts_with(
      R"(config.json: /linux/seccomp/architectures/0: unknown value "VAX" (SCMP_ARCH_X86, )"))
      << error;
}

TEST(JsonReader, RefusesNulBytes) {
  const BadConfig cases[] = {
      {"args", process_with(R"("args":["a\u0000b"])"),
       R"(/process/args/0: "a\x00b" contains a NUL byte)"},
      {"env", process_with(R"("env":["A=\u0000"])"),
       R"(/process/env/0: "A=\x00" contains a NUL byte)"},
      {"path", config_with(R"("root":{"path":"/\u0000"})"),
       R"(/root/path: "/\x00" contains a NUL byte)"},
      {"destination", config_with(R"("mounts":[{"destination":"/\u0000"}])"),
       R"(/mounts/0/destination: "/\x00" contains a NUL byte)"},
      {"hostname", config_with(R"("hostname":"\u0000")"),
       R"(/hostname: "\x00" contains a NUL byte)"},
      {"sysctl key", config_with(R"("linux":{"sysctl":{"a\u0000":"1"}})"),
       R"(/linux/sysctl/a\x00: key contains a NUL byte)"},
      {"sysctl value", config_with(R"("linux":{"sysctl":{"a":"\u0000"}})"),
       R"(/linux/sysctl/a: "\x00" contains a NUL byte)"},
      {"cgroupsPath", config_with(R"("linux":{"cgroupsPath":"/\u0000"})"),
       R"(/linux/cgroupsPath: "/\x00" contains a NUL byte)"},
  };
  for (const BadConfig& each : cases) expect_refused(each);
}

TEST(JsonReader, NamesMissingMembers) {
  const BadConfig cases[] = {
      {"B-12", "{}", "/ociVersion: missing"},
      {"cwd", config_with(R"("process":{})"), "/process/cwd: missing"},
      {"gid", process_with(R"("user":{"uid":1})"), "/process/user/gid: missing"},
      {"root path", config_with(R"("root":{})"), "/root/path: missing"},
      {"destination", config_with(R"("mounts":[{"type":"proc"}])"),
       "/mounts/0/destination: missing"},
      {"namespace", config_with(R"("linux":{"namespaces":[{}]})"),
       "/linux/namespaces/0/type: missing"},
      {"hook", config_with(R"("hooks":{"poststop":[{"args":["x"]}]})"),
       "/hooks/poststop/0/path: missing"},
      {"null where required", R"({"ociVersion":null})", "/ociVersion: must be a string, not null"},
  };
  for (const BadConfig& each : cases) expect_refused(each);
}

TEST(JsonReader, TreatsNullAndEmptyEnumeratorAsAbsent) {
  const auto config = oci::parse_config(
      "config.json",
      config_with(R"("process":{"cwd":"/","args":null,"terminal":null,"capabilities":null,)"
                  R"("user":null,"oomScoreAdj":null,"apparmorProfile":null},"hooks":null,)"
                  R"("mounts":null,"annotations":null,"linux":{"rootfsPropagation":"",)"
                  R"("resources":{"devices":[{"allow":false,"type":"","major":null}],)"
                  R"("memory":{"limit":null,"disableOOMKiller":null}}})"));
  EXPECT_TRUE(config.process->args.empty());
  EXPECT_FALSE(config.process->capabilities);
  EXPECT_FALSE(config.process->oom_score_adj);
  EXPECT_FALSE(config.linux->rootfs_propagation);
  EXPECT_FALSE(config.linux->resources->devices[0].type);
  EXPECT_FALSE(config.linux->resources->devices[0].major);
  EXPECT_FALSE(config.linux->resources->memory->limit);
  EXPECT_FALSE(config.linux->resources->memory->disable_oom_killer);
}

TEST(JsonReader, TellsAbsentFromEmpty) {
  const auto absent = oci::parse_config("f", process_with(R"("args":["sh"])"));
  EXPECT_FALSE(absent.process->capabilities);
  EXPECT_FALSE(absent.process->user.umask);
  const auto empty = oci::parse_config(
      "f", process_with(R"("capabilities":{},"user":{"uid":0,"gid":0,"umask":0})"));
  EXPECT_TRUE(empty.process->capabilities);
  EXPECT_EQ(empty.process->user.umask, 0u);
}

TEST(JsonReader, IgnoresUnknownPropertiesAndCollectsThemIfAsked) {
  const std::string text = config_with(
      R"("future":{"deep":[1]},"windows":{"layerFolders":[]},"vm":{},"process":{"cwd":"/",)"
      R"("commandLine":"x","user":{"uid":0,"gid":0,"username":"me","shell":"sh"}},)"
      R"("mounts":[{"destination":"/a"},{"destination":"/b","fast/er":true}])");
  std::vector<std::string> unknown;
  oci::parse_config("config.json", text, &unknown);
  EXPECT_EQ(unknown,
            (std::vector<std::string>{"/future", "/process/user/shell", "/mounts/1/fast~1er"}));
  EXPECT_EQ(error_of([&] { oci::parse_config("config.json", text); }), "");
}

TEST(JsonReader, KeepsTheOrderOfMaps) {
  const auto config =
      oci::parse_config("f", config_with(R"("annotations":{"z":"1","a":"2","m":"3"})"));
  std::string keys;
  for (const auto& [key, value] : config.annotations) keys += key;
  EXPECT_EQ(keys, "zam");
  EXPECT_EQ(*oci::find(config.annotations, "m"), "3");
  EXPECT_EQ(oci::find(config.annotations, "b"), nullptr);
}

TEST(JsonReader, ReadsTheDocumentsOfExecAndUpdate) {
  const auto process = oci::parse_process("process.json", R"({"cwd":"/","args":["id"]})");
  EXPECT_EQ(process.args, std::vector<std::string>{"id"});
  EXPECT_EQ(error_of([] { oci::parse_process("process.json", R"({"args":["id"]})"); }),
            "process.json: /cwd: missing");
  const auto resources = oci::parse_resources("-", R"({"pids":{"limit":-1}})");
  EXPECT_EQ(resources.pids->limit, -1);
}

}  // namespace
