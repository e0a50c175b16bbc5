#include "runtime/rootfs/mount_plan.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace {

using namespace runtime::rootfs;

oci::Mount mount(std::string destination, std::string type, std::string source,
                 std::vector<std::string> options = {}) {
  return {std::move(destination), std::move(type), std::move(source), std::move(options), {}, {}};
}

std::vector<std::string> problems_of(const oci::Mount& wrong) {
  std::vector<std::string> problems;
  plan_mounts({mount("/ok", "tmpfs", "tmpfs"), wrong}, "/bundle", {}, problems);
  return problems;
}

MountStep step_of(const oci::Mount& right) {
  std::vector<std::string> problems;
  auto steps = plan_mounts({right}, "/bundle", {}, problems);
  EXPECT_EQ(problems, std::vector<std::string>{});
  return steps.front();
}

TEST(MountPlan, TheOptionDecidesWhatIsABind) {
  EXPECT_EQ(step_of(mount("/x", "tmpfs", "/src", {"bind"})).kind, MountKind::Bind);
  EXPECT_EQ(step_of(mount("/x", "bind", "/src", {"rbind"})).kind, MountKind::Bind);
  EXPECT_EQ(step_of(mount("/x", "", "/src", {"rbind", "ro"})).kind, MountKind::Bind);
  EXPECT_EQ(step_of(mount("/x", "tmpfs", "tmpfs")).kind, MountKind::Filesystem);
  EXPECT_EQ(step_of(mount("/x", "cgroup", "cgroup")).kind, MountKind::Cgroup);
  EXPECT_EQ(step_of(mount("/x", "cgroup2", "cgroup")).kind, MountKind::Filesystem);
  EXPECT_EQ(step_of(mount("/x", "cgroup", "/src", {"bind"})).kind, MountKind::Bind);
  EXPECT_EQ(step_of(mount("/x", "", "", {"remount", "bind", "ro"})).kind, MountKind::Remount);
}

TEST(MountPlan, PathsAreMadeAbsolute) {
  EXPECT_EQ(step_of(mount("a/../b//c/", "tmpfs", "tmpfs")).destination, "/b/c");
  EXPECT_EQ(step_of(mount("/../../../tmp/x", "tmpfs", "tmpfs")).destination, "/tmp/x");
  EXPECT_EQ(step_of(mount("/x", "", "data", {"bind"})).source, "/bundle/data");
  EXPECT_EQ(step_of(mount("/x", "", "/data", {"bind"})).source, "/data");
  // The source of a filesystem is its name for it, or its own affair.
  EXPECT_EQ(step_of(mount("/x", "tmpfs", "shm")).source, "shm");
}

struct BadRow {
  oci::Mount mount;
  std::vector<std::string> problems;
};

TEST(MountPlan, RefusesWithThePlaceNamed) {
  const BadRow rows[] = {
      {mount("/x", "", "x"),
       {R"(/mounts/1/type: missing, and so is the option "bind" or "rbind")"}},
      {mount("/x", "bind", "/src"),
       {R"(/mounts/1/type: "bind" makes no bind mount, the option "bind" or "rbind" does)"}},
      {mount("/x", "bind", "", {"bind"}), {"/mounts/1/source: missing, a bind mount needs one"}},
      {mount("/x", "bind", "/src", {"ro", "bind", "size=1m", "mode=1777"}),
       {R"(/mounts/1/options/2: "size=1m" is no option of a bind mount)",
        R"(/mounts/1/options/3: "mode=1777" is no option of a bind mount)"}},
      {mount("/x", "ramfs", "x", {"ro", "tmpcopyup"}),
       {R"(/mounts/1/options/1: "tmpcopyup" is for a new tmpfs only)"}},
      {mount("/x", "tmpfs", "/x", {"tmpcopyup", "rbind"}),
       {R"(/mounts/1/options/0: "tmpcopyup" is for a new tmpfs only)"}},
      {mount("/x", "tmpfs", "x", {"tmpcopyup", "remount"}),
       {R"(/mounts/1/options/0: "tmpcopyup" is for a new tmpfs only)"}},
      {mount("/x", "tmpfs", "x", {"ro", "src-nofollow"}),
       {R"(/mounts/1/options/1: "src-nofollow" is for a bind mount only)"}},
      {mount("/x", "", "/x", {"bind", "remount", "dest-nofollow"}),
       {R"(/mounts/1/options/2: "dest-nofollow" is for a bind mount only)"}},
      {mount("/x", "", "/x", {"copy-symlink", "bind", "src-nofollow"}),
       {R"(/mounts/1/options/0: "copy-symlink" can't be together with "src-nofollow" or )"
        R"("dest-nofollow")"}},
  };
  for (const BadRow& row : rows) EXPECT_EQ(problems_of(row.mount), row.problems);
}

TEST(MountPlan, RefusesValuesThatTheKernelCannotTake) {
  const auto problems_of_overlay = [](std::size_t length, std::vector<std::string> options) {
    options.push_back("lowerdir=" + std::string(length, 'a'));
    return problems_of(mount("/x", "overlay", "x", options));
  };
  EXPECT_TRUE(problems_of_overlay(256, {}).empty());
  EXPECT_TRUE(problems_of_overlay(4085, {}).empty());
  const auto alone = problems_of_overlay(4086, {});
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_NE(
      alone.front().find("and the other options are longer than the kernel takes, 4095 bytes"),
      std::string::npos);
  EXPECT_EQ(problems_of_overlay(4085, {"volatile"}).size(), 1U);
  const auto remounted = problems_of_overlay(256, {"remount"});
  ASSERT_EQ(remounted.size(), 1U);
  EXPECT_NE(remounted.front().find("longer than the kernel takes, 255 bytes"), std::string::npos);
}

// security.md S-15
TEST(MountPlan, ProcIsNotMountedOver) {
  const std::string refused = " may not be mounted over, it belongs to procfs";
  for (const char* destination :
       {"/proc/self", "/proc/self/attr", "/proc/sys", "/proc/sysrq-trigger", "/proc/1",
        "/proc/../proc/sys/", "proc/sys/kernel", "/proc/cpuinfo/x"}) {
    for (const auto& each :
         {mount(destination, "tmpfs", "x"), mount(destination, "bind", "/src", {"bind"}),
          mount(destination, "proc", "proc")}) {
      const auto problems = problems_of(each);
      ASSERT_EQ(problems.size(), 1U) << destination;
      EXPECT_EQ(problems.front(),
                "/mounts/1/destination: \"" + std::string(destination) + "\"" + refused);
    }
  }
  EXPECT_EQ(problems_of(mount("/proc", "tmpfs", "x")).size(), 1U);
  EXPECT_EQ(problems_of(mount("/proc/", "overlay", "x")).size(), 1U);
  EXPECT_EQ(problems_of(mount("/proc", "cgroup", "x")).size(), 1U);
}

TEST(MountPlan, ProcMayBeMountedAndItsLxcfsFilesCovered) {
  EXPECT_TRUE(problems_of(mount("/proc", "proc", "proc")).empty());
  // What is bound is looked at when it is.
  EXPECT_TRUE(problems_of(mount("/proc", "bind", "/proc", {"rbind"})).empty());
  EXPECT_TRUE(problems_of(mount("/procfs", "tmpfs", "x")).empty());
  for (const char* file : {"cpuinfo", "diskstats", "meminfo", "stat", "swaps", "uptime", "loadavg",
                           "slabinfo", "sys/kernel/ns_last_pid", "sys/crypto/fips_enabled"}) {
    EXPECT_TRUE(problems_of(mount(std::string("/proc/") + file, "", "/src", {"bind"})).empty());
  }
}

using Mappings = std::vector<oci::IdMapping>;

oci::Linux with_user_namespace(Mappings ids, std::string path = "") {
  oci::Linux linux;
  linux.namespaces = {{oci::NamespaceType::User, std::move(path)}};
  linux.uid_mappings = ids;
  linux.gid_mappings = std::move(ids);
  return linux;
}

std::optional<IdMap> id_map_of(const oci::Mount& mount, const oci::Linux& linux = {}) {
  std::vector<std::string> problems;
  auto steps = plan_mounts({mount}, "/bundle", linux, problems);
  EXPECT_EQ(problems, std::vector<std::string>{});
  return steps.front().id_map;
}

oci::Mount with_lists(oci::Mount mount) {
  mount.uid_mappings = {{0, 1000, 1}};
  mount.gid_mappings = {{0, 2000, 1}};
  return mount;
}

TEST(MountPlan, MappedIdsComeFromTheMountTheOptionOrTheContainer) {
  const oci::Linux user = with_user_namespace({{0, 5000, 10}});
  EXPECT_FALSE(id_map_of(mount("/x", "", "/x", {"bind"}), user));
  const auto own = id_map_of(with_lists(mount("/x", "", "/x", {"bind"})), user);
  EXPECT_FALSE(own->recursive);
  EXPECT_EQ(own->lists.uids, (Mappings{{0, 1000, 1}}));
  EXPECT_EQ(own->lists.gids, (Mappings{{0, 2000, 1}}));
  EXPECT_TRUE(id_map_of(with_lists(mount("/x", "", "/x", {"rbind", "ridmap"})))->recursive);
  EXPECT_EQ(id_map_of(mount("/x", "tmpfs", "x", {"idmap"}), user)->lists.uids,
            (Mappings{{0, 5000, 10}}));
  EXPECT_EQ(
      id_map_of(mount("/x", "", "/x", {"bind", "idmap=uids=1-2-3;gids=@0-1-1"}), user)->lists.gids,
      (Mappings{{0, 5001, 1}}));
  EXPECT_TRUE(id_map_of(mount("/x", "", "/x", {"bind", "idmap"}), with_user_namespace({}, "/ns"))
                  ->is_of_container());
}

TEST(MountPlan, MappedIdsThatMakeNoSense) {
  const std::string no_container =
      "needs lists of ids, since the container has no user namespace to take them from";
  const BadRow rows[] = {
      {mount("/x", "", "/x", {"bind", "idmap"}), {"/mounts/1/options/1: " + no_container}},
      {mount("/x", "tmpfs", "/x", {"ridmap", "ro"}), {"/mounts/1/options/0: " + no_container}},
      {with_lists(mount("/x", "", "", {"remount", "bind"})),
       {"/mounts/1/uidMappings: a remount can't map ids"}},
      {mount("/proc", "proc", "", {"ro", "idmap=uids=0-0-1;gids=0-0-1"}),
       {"/mounts/1/options/1: the ids of a proc can't be mapped"}},
      {with_lists(mount("/x", "cgroup", "c", {"idmap"})),
       {"/mounts/1/options/0: the ids of a cgroup can't be mapped"}},
      {with_lists(mount("/x", "", "/x", {"bind", "idmap=uids=0-0-1;gids=0-0-1"})),
       {"/mounts/1/options/1: has ids of its own beside uidMappings and gidMappings"}},
      {mount("/x", "", "/x", {"bind", "idmap="}),
       {R"(/mounts/1/options/1: "" is neither uids= nor gids=)"}},
      {mount("/x", "", "/x", {"bind", "idmap=uids=0-0-0;gids=0-0-2#1-5-1"}),
       {"/mounts/1/options/1: uids/0/size: must be above 0",
        "/mounts/1/options/1: gids: ranges overlap inside the container"}},
      {with_lists(mount("/x", "tmpfs", "x", {"tmpcopyup"})),
       {R"(/mounts/1/options/0: "tmpcopyup" can't be together with mapped ids)"}},
  };
  for (const BadRow& row : rows) EXPECT_EQ(problems_of(row.mount), row.problems);
}

TEST(MountPlan, AllProblemsComeAtOnce) {
  try {
    plan_mounts({mount("/proc", "tmpfs", ""), mount("/x", "", "", {"tmpcopyup"})}, "/bundle", {});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(
        error.text(),
        "config.json: /mounts/0/destination: \"/proc\" may not be mounted over, it belongs to "
        "procfs; /mounts/1/type: missing, and so is the option \"bind\" or \"rbind\"; "
        "/mounts/1/options/0: \"tmpcopyup\" is for a new tmpfs only");
  }
}

}  // namespace
