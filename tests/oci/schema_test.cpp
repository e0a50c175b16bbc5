// Every property of the specification's JSON schema (schema/config-schema.json, config-linux.json,
// defs.json, defs-linux.json, features-schema.json, state-schema.json; version 1.3.0) is in a row
// or on a list of what isn't Linux's. The schema's properties are kept as pointers, "*" for the
// elements of arrays and of objects with free keys. A new version of the specification adds lines
// here first.
#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <string_view>

#include "oci/config.h"
#include "oci/features.h"
#include "oci/shape.h"
#include "oci/state.h"
#include "tests/oci/full_config.h"
#include "tests/oci/support.h"

namespace {

using Pointers = std::set<std::string>;

void collect(const oci::Shape& shape, const std::string& at, Pointers& rows, Pointers& ignored) {
  switch (shape.kind) {
    case oci::ShapeKind::Optional: return collect(*shape.container().element, at, rows, ignored);
    case oci::ShapeKind::List:
    case oci::ShapeKind::Map: return collect(*shape.container().element, at + "/*", rows, ignored);
    case oci::ShapeKind::Object: break;
    default: return;
  }
  for (const std::string_view name : shape.ignored()) ignored.insert(base::cat(at, '/', name));
  for (const oci::Member& member : shape.members()) {
    const std::string pointer = base::cat(at, '/', shape.name_of(member));
    EXPECT_TRUE(rows.insert(pointer).second) << pointer << " has two rows";
    collect(*member.shape, pointer, rows, ignored);
  }
}

// "/linux: a b" → "/linux/a", "/linux/b".
Pointers expand(std::string_view facts) {
  Pointers pointers;
  for (const std::string_view line : base::split(facts, '\n')) {
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    for (const std::string_view name : base::split(line.substr(colon + 2), ' ')) {
      pointers.insert(base::cat(line.substr(0, colon), '/', name));
    }
  }
  return pointers;
}

std::string difference(const Pointers& from, const Pointers& without) {
  std::string text;
  for (const std::string& each : from) {
    if (!without.contains(each)) text += each + ' ';
  }
  return text;
}

constexpr std::string_view kConfigSchema = R"(
: ociVersion hooks annotations hostname domainname mounts root process linux
/root: path readonly
/mounts/*: source destination options type uidMappings gidMappings
/mounts/*/uidMappings/*: containerID hostID size
/mounts/*/gidMappings/*: containerID hostID size
/hooks: prestart createRuntime createContainer startContainer poststart poststop
/hooks/prestart/*: path args env timeout
/hooks/createRuntime/*: path args env timeout
/hooks/createContainer/*: path args env timeout
/hooks/startContainer/*: path args env timeout
/hooks/poststart/*: path args env timeout
/hooks/poststop/*: path args env timeout
/process: args consoleSize cwd env terminal user capabilities apparmorProfile oomScoreAdj
/process: selinuxLabel ioPriority noNewPrivileges scheduler rlimits execCPUAffinity
/process/consoleSize: height width
/process/user: uid gid umask additionalGids
/process/capabilities: bounding permitted effective inheritable ambient
/process/ioPriority: class priority
/process/scheduler: policy nice priority flags runtime deadline period
/process/rlimits/*: hard soft type
/process/execCPUAffinity: initial final
/linux: devices netDevices uidMappings gidMappings namespaces resources cgroupsPath
/linux: rootfsPropagation seccomp sysctl maskedPaths readonlyPaths mountLabel intelRdt
/linux: memoryPolicy personality timeOffsets
/linux/devices/*: type path fileMode major minor uid gid
/linux/netDevices/*: name
/linux/uidMappings/*: containerID hostID size
/linux/gidMappings/*: containerID hostID size
/linux/namespaces/*: type path
/linux/resources: unified devices pids blockIO cpu hugepageLimits memory network rdma
/linux/resources/devices/*: allow type major minor access
/linux/resources/pids: limit
/linux/resources/blockIO: weight leafWeight throttleReadBpsDevice throttleWriteBpsDevice
/linux/resources/blockIO: throttleReadIOPSDevice throttleWriteIOPSDevice weightDevice
/linux/resources/blockIO/throttleReadBpsDevice/*: major minor rate
/linux/resources/blockIO/throttleWriteBpsDevice/*: major minor rate
/linux/resources/blockIO/throttleReadIOPSDevice/*: major minor rate
/linux/resources/blockIO/throttleWriteIOPSDevice/*: major minor rate
/linux/resources/blockIO/weightDevice/*: major minor weight leafWeight
/linux/resources/cpu: cpus mems period quota burst realtimePeriod realtimeRuntime shares idle
/linux/resources/hugepageLimits/*: pageSize limit
/linux/resources/memory: kernel kernelTCP limit reservation swap swappiness disableOOMKiller
/linux/resources/memory: useHierarchy checkBeforeUpdate
/linux/resources/network: classID priorities
/linux/resources/network/priorities/*: name priority
/linux/resources/rdma/*: hcaHandles hcaObjects
/linux/seccomp: defaultAction defaultErrnoRet flags listenerPath listenerMetadata architectures
/linux/seccomp: syscalls
/linux/seccomp/syscalls/*: names action errnoRet args
/linux/seccomp/syscalls/*/args/*: index value valueTwo op
/linux/intelRdt: closID schemata l3CacheSchema memBwSchema enableMonitoring
/linux/memoryPolicy: mode nodes flags
/linux/personality: domain flags
/linux/timeOffsets/*: secs nanosecs
)";

constexpr std::string_view kNotForLinux = R"(
: freebsd solaris vm windows zos
/process: commandLine
/process/user: username
)";

constexpr std::string_view kFeaturesSchema = R"(
: ociVersionMin ociVersionMax hooks mountOptions linux annotations
: potentiallyUnsafeConfigAnnotations
/linux: namespaces capabilities cgroup seccomp apparmor selinux intelRdt memoryPolicy
/linux: mountExtensions netDevices
/linux/cgroup: v1 v2 systemd systemdUser rdma
/linux/seccomp: enabled actions operators archs knownFlags supportedFlags
/linux/apparmor: enabled
/linux/selinux: enabled
/linux/intelRdt: enabled schemata monitoring
/linux/memoryPolicy: modes flags
/linux/mountExtensions: idmap
/linux/mountExtensions/idmap: enabled
/linux/netDevices: enabled
)";

constexpr std::string_view kStateSchema = R"(
: ociVersion id status pid bundle annotations
)";

TEST(Schema, EveryPropertyOfConfigHasARow) {
  Pointers rows;
  Pointers ignored;
  collect(oci::shape_of<oci::Config>, "", rows, ignored);
  EXPECT_EQ(difference(expand(kConfigSchema), rows), "");
  EXPECT_EQ(difference(rows, expand(kConfigSchema)), "");
  EXPECT_EQ(ignored, expand(kNotForLinux));
}

TEST(Schema, EveryPropertyOfFeaturesHasARow) {
  Pointers rows;
  Pointers ignored;
  collect(oci::shape_of<oci::Features>, "", rows, ignored);
  EXPECT_EQ(rows, expand(kFeaturesSchema));
}

TEST(Schema, EveryPropertyOfStateHasARow) {
  Pointers rows;
  Pointers ignored;
  collect(oci::shape_of<oci::State>, "", rows, ignored);
  EXPECT_EQ(difference(expand(kStateSchema), rows), "");
  EXPECT_EQ(difference(rows, expand(kStateSchema)), "/created /owner /rootfs ");
}

// So that the round trip of json_writer_test.cpp misses none.
TEST(Schema, TheFullConfigOfTheTestsIsFull) {
  for (const std::string& pointer : expand(kConfigSchema)) {
    const std::string name = pointer.substr(pointer.rfind('/') + 1);
    EXPECT_NE(oci_test::full_config.find(base::cat('"', name, "\":")), std::string_view::npos)
        << pointer;
  }
}

// config-linux.md lists these; the order is ours.
TEST(Schema, EnumeratorsAreTheSpecifications) {
  EXPECT_EQ(std::size(oci::Names<oci::NamespaceType>::table), 8u);
  EXPECT_EQ(std::size(oci::Names<oci::SeccompArch>::table), 23u);
  EXPECT_EQ(std::size(oci::Names<oci::SeccompAction>::table), 9u);
  EXPECT_EQ(std::size(oci::Names<oci::SeccompOperator>::table), 7u);
  EXPECT_EQ(std::size(oci::Names<oci::SeccompFlag>::table), 4u);
  EXPECT_EQ(std::size(oci::Names<oci::RlimitType>::table), 16u);
  EXPECT_EQ(std::size(oci::Names<oci::SchedulerPolicy>::table), 7u);
  EXPECT_EQ(std::size(oci::Names<oci::SchedulerFlag>::table), 7u);
  EXPECT_EQ(std::size(oci::Names<oci::MemoryPolicyMode>::table), 7u);
  EXPECT_EQ(std::size(oci::Names<oci::MemoryPolicyFlag>::table), 3u);
}

}  // namespace
