// The rules of `linux`, rule by rule: most of these properties aren't supported yet, and a whole
// config would be refused for that as well.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "oci/load.h"
#include "oci/rules.h"
#include "oci/validate.h"
#include "tests/oci/support.h"

namespace {

using oci::Problems;
using oci_test::error_of;

struct BadLinux {
  const char* what;
  std::string linux;  // the members of the object
  std::string error;  // after "f: ", "" if there is none
};

// What is wrong with a config of only this `linux`, apart from a missing mount namespace.
std::string problems_of(const std::string& linux, std::vector<std::string>* warnings = nullptr) {
  return error_of([&] {
    const auto config = oci::parse_config("f", oci_test::config_with("\"linux\":{" + linux + "}"));
    Problems problems(warnings);
    check_namespaces(config, problems);
    check_linux(*config.linux, problems);
    problems.throw_if_any("f");
  });
}

void expect(const BadLinux& each) {
  const std::string mount = R"("namespaces":[{"type":"mount"}],)";
  const bool has_namespaces = each.linux.starts_with("\"namespaces\"");
  EXPECT_EQ(problems_of(has_namespaces ? each.linux : mount + each.linux),
            each.error.empty() ? "" : "f: " + each.error)
      << each.what;
}

std::string with_user(const std::string& members) {
  return R"("namespaces":[{"type":"mount"},{"type":"user"}],)" + members;
}

std::string map(const std::string& extents) {
  const std::string one = R"([{"containerID":0,"hostID":0,"size":1}])";
  return with_user(R"("uidMappings":)" + extents + R"(,"gidMappings":)" + one);
}

TEST(ValidateLinux, ChecksIdMappings) {
  std::string many = "[";
  for (int i = 0; i < 341; ++i) {
    many +=
        base::cat(i == 0 ? "" : ",", R"({"containerID":)", i, R"(,"hostID":)", i, R"(,"size":1})");
  }
  const BadLinux cases[] = {
      {"B-56 no namespace", R"("gidMappings":[{"containerID":0,"hostID":0,"size":1}])",
       "/linux/gidMappings: needs a user namespace"},
      {"none for a new namespace", with_user(R"("cgroupsPath":"/x")"),
       "/linux/uidMappings: missing, a new user namespace needs it; "
       "/linux/gidMappings: missing, a new user namespace needs it"},
      {"a joined one needs none",
       R"("namespaces":[{"type":"mount"},{"type":"user","path":"/proc/1/ns/user"}])", ""},
      {"B-56 size 0", map(R"([{"containerID":0,"hostID":0,"size":0}])"),
       "/linux/uidMappings/0/size: must be above 0"},
      {"B-56 past the end inside", map(R"([{"containerID":4294967295,"hostID":0,"size":1}])"),
       "/linux/uidMappings/0: containerID + size is past the last id"},
      {"B-56 past the end outside", map(R"([{"containerID":0,"hostID":2,"size":4294967294}])"),
       "/linux/uidMappings/0: hostID + size is past the last id"},
      {"all ids", map(R"([{"containerID":0,"hostID":0,"size":4294967295}])"), ""},
      {"B-56 overlap inside",
       map(R"([{"containerID":5,"hostID":9,"size":3},{"containerID":0,"hostID":1,"size":6}])"),
       "/linux/uidMappings: ranges overlap inside the container"},
      {"B-56 overlap outside",
       map(R"([{"containerID":0,"hostID":5,"size":2},{"containerID":5,"hostID":6,"size":1}])"),
       "/linux/uidMappings: ranges overlap on the host"},
      {"neighbours",
       map(R"([{"containerID":1,"hostID":9,"size":3},{"containerID":0,"hostID":8,"size":1}])"), ""},
      {"B-56 341 extents", map(many + "]"), "/linux/uidMappings: at most 340 entries, has 341"},
  };
  for (const BadLinux& each : cases) expect(each);
}

TEST(ValidateLinux, ChecksNamespacePathsAndClocks) {
  const std::string time = R"("namespaces":[{"type":"mount"},{"type":"time"}],)";
  const BadLinux cases[] = {
      {"relative path", R"("namespaces":[{"type":"mount"},{"type":"ipc","path":"ns/ipc"}])",
       "/linux/namespaces/1/path: must be absolute, is \"ns/ipc\""},
      {"no time namespace", R"("timeOffsets":{"boottime":{"secs":1}})",
       "/linux/timeOffsets: needs a time namespace"},
      {"joined time namespace",
       R"("namespaces":[{"type":"mount"},{"type":"time","path":"/t"}],)"
       R"("timeOffsets":{"boottime":{"secs":1}})",
       "/linux/timeOffsets: the clocks of a joined time namespace can't be set"},
      {"unknown clock", time + R"("timeOffsets":{"realtime":{"secs":1}})",
       "/linux/timeOffsets/realtime: unknown clock (monotonic, boottime)"},
      {"nanoseconds", time + R"("timeOffsets":{"monotonic":{"nanosecs":1000000000}})",
       "/linux/timeOffsets/monotonic/nanosecs: 1000000000 is out of range (0 to 999999999)"},
      {"both clocks", time + R"("timeOffsets":{"monotonic":{"secs":-5},"boottime":{}})", ""},
  };
  for (const BadLinux& each : cases) expect(each);
}

TEST(ValidateLinux, ChecksNetDevices) {
  const std::string net = R"("namespaces":[{"type":"mount"},{"type":"network"}],)";
  const BadLinux cases[] = {
      {"no network namespace", R"("netDevices":{"eth0":{}})",
       "/linux/netDevices: needs a network namespace"},
      {"good", net + R"("netDevices":{"eth0":{"name":"a"},"eth1":{}})", ""},
      {"long name", net + R"("netDevices":{"a234567890123456":{}})",
       "/linux/netDevices/a234567890123456: not the name of an interface"},
      {"slash", net + R"("netDevices":{"eth0":{"name":"a/b"}})",
       "/linux/netDevices/eth0/name: \"a/b\" is not the name of an interface"},
      {"template", net + R"("netDevices":{"eth0":{"name":"e%d"}})",
       "/linux/netDevices/eth0/name: \"e%d\" is not the name of an interface"},
      {"dots", net + R"("netDevices":{"..":{}})",
       "/linux/netDevices/..: not the name of an interface"},
      {"same name twice", net + R"("netDevices":{"eth0":{"name":"eth1"},"eth1":{}})",
       "/linux/netDevices/eth1: another device is named \"eth1\" too"},
  };
  for (const BadLinux& each : cases) expect(each);
}

TEST(ValidateLinux, ChecksDevices) {
  const auto device = [](const std::string& members) {
    return R"("devices":[{"type":"c","path":"/dev/x","major":1,"minor":2,)" + members + "}]";
  };
  const BadLinux cases[] = {
      {"good", device(R"("fileMode":8630,"uid":0)"), ""},
      {"B-57 major", R"("devices":[{"type":"c","path":"/dev/x","major":-1,"minor":0}])",
       "/linux/devices/0/major: -1 is out of range (0 to 4095)"},
      {"minor", R"("devices":[{"type":"b","path":"/dev/x","major":4095,"minor":1048576}])",
       "/linux/devices/0/minor: 1048576 is out of range (0 to 1048575)"},
      {"no numbers", R"("devices":[{"type":"u","path":"/dev/x"}])",
       "/linux/devices/0/major: missing; /linux/devices/0/minor: missing"},
      {"fifo", R"("devices":[{"type":"p","path":"/dev/x"}])", ""},
      {"mode", device(R"("fileMode":65536)"),
       "/linux/devices/0/fileMode: 65536 is out of range (0 to 65535)"},
      {"owner", device(R"("uid":4294967295)"), "/linux/devices/0/uid: 4294967295 is reserved"},
      {"relative", R"("devices":[{"type":"p","path":"dev/x"}])",
       "/linux/devices/0/path: must be absolute, is \"dev/x\""},
      {"B-57 dots", R"("devices":[{"type":"p","path":"/dev/../x"}])",
       "/linux/devices/0/path: \"/dev/../x\" has a .. in it"},
      {"root", R"("devices":[{"type":"p","path":"//"}])",
       "/linux/devices/0/path: \"//\" is the container's root"},
      {"B-57 kinds",
       R"("devices":[{"type":"p","path":"/dev/x"},{"type":"c","path":"/dev/x","major":1,"minor":3}])",
       "/linux/devices: two entries make different things of \"/dev/x\""},
      {"B-57 numbers",
       R"("devices":[{"type":"c","path":"/dev/x","major":1,"minor":5},{"type":"c","path":"/dev/x","major":1,"minor":3}])",
       "/linux/devices: two entries make different things of \"/dev/x\""},
      {"twice", R"("devices":[{"type":"p","path":"/dev/x"},{"type":"p","path":"/dev/x"}])", ""},
  };
  for (const BadLinux& each : cases) expect(each);
}

TEST(ValidateLinux, WarnsOfDevicesOutsideDev) {
  std::vector<std::string> warnings;
  problems_of(R"("devices":[{"type":"p","path":"/etc/x"}])", &warnings);
  EXPECT_EQ(warnings,
            std::vector<std::string>{"/linux/devices/0/path: \"/etc/x\" is outside /dev"});
}

TEST(ValidateLinux, ChecksPaths) {
  const BadLinux cases[] = {
      {"B-51", R"("cgroupsPath":"/../../../../tmp/x")",
       "/linux/cgroupsPath: \"/../../../../tmp/x\" has a .. in it"},
      {"cgroupsPath control", R"("cgroupsPath":"a\nb")",
       "/linux/cgroupsPath: \"a\\x0ab\" has control characters in it"},
      {"cgroupsPath root", R"("cgroupsPath":"//")",
       "/linux/cgroupsPath: \"//\" is the root of all cgroups"},
      {"cgroupsPath dot", R"("cgroupsPath":"/a/./b")",
       "/linux/cgroupsPath: \"/a/./b\" has a . in it"},
      {"cgroupsPath name", R"("cgroupsPath":"/)" + std::string(256, 'x') + '"',
       "/linux/cgroupsPath: \"/" + std::string(63, 'x') +
           "\"... has a component longer than 255 bytes"},
      {"cgroupsPath", R"("cgroupsPath":"system.slice:runtime:a..b")", ""},
      {"B-63 masked", R"("maskedPaths":["/proc/kcore","proc"])",
       "/linux/maskedPaths/1: must be absolute, is \"proc\""},
      {"read-only", R"("readonlyPaths":[""])", "/linux/readonlyPaths/0: empty"},
  };
  for (const BadLinux& each : cases) expect(each);
}

TEST(ValidateLinux, ChecksSysctls) {
  const std::string not_a_name = ": not the name of a kernel parameter";
  const std::string global = ": belongs to no namespace, the host would change";
  const std::string all =
      R"("namespaces":[{"type":"mount"},{"type":"network"},{"type":"ipc"},{"type":"uts"}],)";
  const BadLinux cases[] = {
      {"good",
       all + R"("sysctl":{"net.ipv4.ip_forward":"1","net/core/somaxconn":"2","kernel.sem":"3",)"
             R"("fs.mqueue.msg_max":"4","kernel.shm_rmid_forced":"1","kernel.domainname":"d"})",
       ""},
      {"B-47", all + R"("sysctl":{"kernel.core_pattern":"|/x"})",
       "/linux/sysctl/kernel.core_pattern" + global},
      {"user", all + R"("sysctl":{"user.max_user_namespaces":"1"})",
       "/linux/sysctl/user.max_user_namespaces" + global},
      {"prefix is not enough", all + R"("sysctl":{"kernel.shmall2":"1","network.x":"1"})",
       "/linux/sysctl/kernel.shmall2" + global + "; /linux/sysctl/network.x" + global},
      {"hostname", all + R"("sysctl":{"kernel.hostname":"h"})",
       "/linux/sysctl/kernel.hostname: is set with /hostname"},
      {"B-48 dots", all + R"("sysctl":{"net/../kernel/core_pattern":"x"})",
       "/linux/sysctl/net~1..~1kernel~1core_pattern" + not_a_name},
      {"B-48 swapped dots", all + R"("sysctl":{"net.//.kernel.core_pattern":"x"})",
       "/linux/sysctl/net.~1~1.kernel.core_pattern" + not_a_name},
      {"B-48 end", all + R"("sysctl":{"net.":"x"})", "/linux/sysctl/net." + not_a_name},
      {"B-48 dot", all + R"("sysctl":{".":"x"})", "/linux/sysctl/." + not_a_name},
      {"B-48 empty", all + R"("sysctl":{"":"x"})", "/linux/sysctl/" + not_a_name},
      {"B-48 long", all + R"("sysctl":{"net.)" + std::string(5000, 'x') + R"(":"x"})",
       "/linux/sysctl/net." + std::string(60, 'x') + "..." + not_a_name},
      {"B-48 newline", all + R"("sysctl":{"net.a\nb":"x"})",
       "/linux/sysctl/net.a\\x0ab" + not_a_name},
      {"several lines", all + R"("sysctl":{"kernel.domainname":"a\nb"})",
       "/linux/sysctl/kernel.domainname: the value has several lines"},
      {"no network namespace", R"("sysctl":{"net.core.somaxconn":"1"})",
       "/linux/sysctl/net.core.somaxconn: needs a namespace of type network"},
      {"no ipc namespace", R"("sysctl":{"kernel.msgmax":"1"})",
       "/linux/sysctl/kernel.msgmax: needs a namespace of type ipc"},
      {"no uts namespace", R"("sysctl":{"kernel.domainname":"d"})",
       "/linux/sysctl/kernel.domainname: needs a namespace of type uts"},
  };
  for (const BadLinux& each : cases) expect(each);
}

TEST(ValidateLinux, ChecksMemoryPolicyPersonalityAndRdt) {
  const BadLinux cases[] = {
      {"flags", R"("personality":{"domain":"LINUX","flags":["X"]})",
       "/linux/personality/flags: must be empty, no flags are defined"},
      {"good policy", R"("memoryPolicy":{"mode":"MPOL_BIND","nodes":"0-3, 7"})", ""},
      {"no nodes", R"("memoryPolicy":{"mode":"MPOL_BIND"})",
       "/linux/memoryPolicy/nodes: MPOL_BIND needs nodes"},
      {"local", R"("memoryPolicy":{"mode":"MPOL_LOCAL"})", ""},
      {"nodes for local", R"("memoryPolicy":{"mode":"MPOL_LOCAL","nodes":"0"})",
       "/linux/memoryPolicy/nodes: MPOL_LOCAL takes no nodes"},
      {"bad nodes", R"("memoryPolicy":{"mode":"MPOL_BIND","nodes":"3-1"})",
       "/linux/memoryPolicy/nodes: \"3-1\" is no list of nodes like 0-3,7"},
      {"both flags",
       R"("memoryPolicy":{"mode":"MPOL_BIND","nodes":"0","flags":["MPOL_F_STATIC_NODES",)"
       R"("MPOL_F_RELATIVE_NODES"]})",
       "/linux/memoryPolicy/flags: MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each "
       "other"},
      {"default group", R"("intelRdt":{"closID":"/","memBwSchema":"MB:0=20"})", ""},
      {"closID", R"("intelRdt":{"closID":".."})",
       "/linux/intelRdt/closID: \"..\" can't name a group"},
      {"closID path", R"("intelRdt":{"closID":"a/b"})",
       "/linux/intelRdt/closID: \"a/b\" can't name a group"},
      {"memBwSchema", R"("intelRdt":{"memBwSchema":"L3:0=f"})",
       "/linux/intelRdt/memBwSchema: \"L3:0=f\" is not one line that begins with MB:"},
      {"two lines", R"("intelRdt":{"memBwSchema":"MB:0=20\nL3:0=f"})",
       "/linux/intelRdt/memBwSchema: \"MB:0=20\\x0aL3:0=f\" is not one line that begins with MB:"},
      {"good schemata", R"("intelRdt":{"schemata":["L3:0=f;1=ff","MB:0=20"]})", ""},
      {"schemata", R"("intelRdt":{"schemata":["MB:0=20","L3:0=f\nL3:1=f"]})",
       "/linux/intelRdt/schemata/1: \"L3:0=f\\x0aL3:1=f\" is not one line"},
  };
  for (const BadLinux& each : cases) expect(each);
}

TEST(ValidateLinux, ChecksSeccomp) {
  const auto seccomp = [](const std::string& members) { return "\"seccomp\":{" + members + "}"; };
  const std::string allow = R"("defaultAction":"SCMP_ACT_ALLOW",)";
  const BadLinux cases[] = {
      {"good",
       seccomp(R"("defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":4095,"listenerPath":"/a",)"
               R"("listenerMetadata":"m","syscalls":[{"names":["a"],"action":"SCMP_ACT_NOTIFY"},)"
               R"({"names":["b"],"action":"SCMP_ACT_TRACE","errnoRet":65535,)"
               R"("args":[{"index":5,"value":1,"op":"SCMP_CMP_EQ"}]}])"),
       ""},
      {"default notify", seccomp(R"("defaultAction":"SCMP_ACT_NOTIFY","listenerPath":"/a")"),
       "/linux/seccomp/defaultAction: SCMP_ACT_NOTIFY can't be the default"},
      {"default errno", seccomp(allow + R"("defaultErrnoRet":1)"),
       "/linux/seccomp/defaultErrnoRet: SCMP_ACT_ALLOW takes none"},
      {"B-58 errno",
       seccomp(allow + R"("syscalls":[{"names":["a"],"action":"SCMP_ACT_ERRNO","errnoRet":5000}])"),
       "/linux/seccomp/syscalls/0/errnoRet: 5000 is out of range (0 to 4095)"},
      {"errno of kill",
       seccomp(allow + R"("syscalls":[{"names":["a"],"action":"SCMP_ACT_KILL","errnoRet":0}])"),
       "/linux/seccomp/syscalls/0/errnoRet: SCMP_ACT_KILL takes none"},
      {"no names", seccomp(allow + R"("syscalls":[{"names":[],"action":"SCMP_ACT_KILL"}])"),
       "/linux/seccomp/syscalls/0/names: at least one entry is needed"},
      {"empty name", seccomp(allow + R"("syscalls":[{"names":["a",""],"action":"SCMP_ACT_KILL"}])"),
       "/linux/seccomp/syscalls/0/names/1: empty"},
      {"index",
       seccomp(allow + R"("syscalls":[{"names":["a"],"action":"SCMP_ACT_KILL",)"
                       R"("args":[{"index":6,"value":0,"op":"SCMP_CMP_EQ"}]}])"),
       "/linux/seccomp/syscalls/0/args/0/index: 6 is out of range (0 to 5)"},
      {"B-58 listener",
       seccomp(allow + R"("syscalls":[{"names":["a"],"action":"SCMP_ACT_NOTIFY"}])"),
       "/linux/seccomp/listenerPath: missing, SCMP_ACT_NOTIFY needs it"},
      {"metadata", seccomp(allow + R"("listenerMetadata":"m")"),
       "/linux/seccomp/listenerMetadata: of no use without listenerPath"},
  };
  for (const BadLinux& each : cases) expect(each);
}

TEST(ValidateLinux, ChecksSchedulingOfTheProcess) {
  const auto problems = [](const std::string& members) {
    return error_of([&] {
      const auto process = oci::parse_process("f", R"({"cwd":"/","args":["x"],)" + members + "}");
      Problems found(nullptr);
      check_process(process, "", found);
      found.throw_if_any("f");
    });
  };
  const auto scheduler = [&](const std::string& members) {
    return problems("\"scheduler\":{" + members + "}");
  };
  EXPECT_EQ(scheduler(R"("policy":"SCHED_OTHER","nice":19)"), "");
  EXPECT_EQ(scheduler(R"("policy":"SCHED_RR","priority":99)"), "");
  EXPECT_EQ(scheduler(R"("policy":"SCHED_DEADLINE","runtime":1,"deadline":2,"period":2)"), "");
  EXPECT_EQ(scheduler(R"("policy":"SCHED_DEADLINE","runtime":1,"deadline":2)"), "");
  EXPECT_EQ(scheduler(R"("policy":"SCHED_OTHER","nice":20)"),
            "f: /scheduler/nice: 20 is out of range (-20 to 19)");
  EXPECT_EQ(scheduler(R"("policy":"SCHED_FIFO")"),
            "f: /scheduler/priority: 0 is out of range (1 to 99) for SCHED_FIFO");
  EXPECT_EQ(scheduler(R"("policy":"SCHED_BATCH","priority":1)"),
            "f: /scheduler/priority: 1 is out of range (0 to 0) for SCHED_BATCH");
  EXPECT_EQ(scheduler(R"("policy":"SCHED_OTHER","period":1)"),
            "f: /scheduler: runtime, deadline and period are SCHED_DEADLINE's, not SCHED_OTHER's");
  EXPECT_EQ(scheduler(R"("policy":"SCHED_DEADLINE","runtime":3,"deadline":2)"),
            "f: /scheduler: 0 < runtime (3) <= deadline (2) <= period (0) doesn't hold");
  EXPECT_EQ(problems(R"("ioPriority":{"class":"IOPRIO_CLASS_BE","priority":8})"),
            "f: /ioPriority/priority: 8 is out of range (0 to 7)");
  EXPECT_EQ(problems(R"("execCPUAffinity":{"initial":"0, 2-3","final":"x"})"),
            "f: /execCPUAffinity/final: \"x\" is no list of CPUs like 0-3,7");
  EXPECT_EQ(problems(R"("execCPUAffinity":{"initial":"65536"})"),
            "f: /execCPUAffinity/initial: \"65536\" is no list of CPUs like 0-3,7");
}

TEST(ValidateLinux, ChecksMappingsOfMounts) {
  const auto problems = [](const std::string& members) {
    return error_of([&] {
      const auto config = oci::parse_config(
          "f", oci_test::config_with(R"("mounts":[{"destination":"/a",)" + members + "}]"));
      Problems found(nullptr);
      check_mounts(config.mounts, found);
      found.throw_if_any("f");
    });
  };
  EXPECT_EQ(problems(R"("uidMappings":[{"containerID":0,"hostID":1,"size":1}])"),
            "f: /mounts/0/gidMappings: missing, although uidMappings is there");
  EXPECT_EQ(problems(R"("gidMappings":[{"containerID":0,"hostID":1,"size":0}])"),
            "f: /mounts/0/gidMappings/0/size: must be above 0; "
            "/mounts/0/uidMappings: missing, although gidMappings is there");
}

}  // namespace
