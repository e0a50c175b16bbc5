// The parsers of /proc/<pid>/cgroup and mountinfo, and what is derived from a hierarchy's name.
#include "runtime/cgroup/layout.h"

#include <gtest/gtest.h>

namespace runtime::cgroup {
namespace {

using Names = std::vector<std::string>;

TEST(V1Names, AreReadFromProc) {
  const struct {
    const char* text;
    Names names;
  } cases[] = {
      {"0::/\n", {}},
      {"9:name=systemd:/\n4:memory:/a:b\n1:cpu,cpuacct:/\n0::/\n",
       {"name=systemd", "memory", "cpu,cpuacct"}},
      {"", {}},
      {"nonsense\n7:\n8::\n:::\n5:pids:/x", {"pids"}},
      {"3:net_cls,net_prio:/docker/with space", {"net_cls,net_prio"}},
  };
  for (const auto& c : cases) EXPECT_EQ(parse_v1_names(c.text), c.names) << c.text;
}

TEST(Path, IsThatOfTheHierarchy) {
  constexpr const char* kCgroups =
      "9:name=systemd:/s\n4:memory:/a:b\n1:cpu,cpuacct:/c\nnonsense\n0::/u\n";
  EXPECT_EQ(find_path({"memory", ""}, kCgroups), "/a:b");
  EXPECT_EQ(find_path({"cpu,cpuacct", ""}, kCgroups), "/c");
  EXPECT_EQ(find_path({"unified", ""}, kCgroups), "/u");
  EXPECT_EQ(find_path({"pids", ""}, kCgroups), std::nullopt);
  EXPECT_EQ(find_path({"unified", ""}, "4:memory:/\n"), std::nullopt);
}

TEST(Hierarchy, DerivesWhatAMountNeeds) {
  const struct {
    const char* name;
    const char* options;
    const char* directory;
    Names links;
    const char* type;
  } cases[] = {
      {"memory", "memory", "memory", {}, "cgroup"},
      {"cpu,cpuacct", "cpu,cpuacct", "cpu,cpuacct", {"cpu", "cpuacct"}, "cgroup"},
      {"name=systemd", "none,name=systemd", "systemd", {}, "cgroup"},
      {"pids,name=mine", "pids,name=mine", "pids,mine", {"pids", "mine"}, "cgroup"},
      {"unified", "", "unified", {}, "cgroup2"},
  };
  for (const auto& c : cases) {
    const Hierarchy hierarchy{c.name, "/somewhere"};
    EXPECT_EQ(hierarchy.mount_options(), c.options);
    EXPECT_EQ(hierarchy.directory_name(), c.directory);
    EXPECT_EQ(hierarchy.link_names(), c.links) << c.name;
    EXPECT_STREQ(hierarchy.filesystem_type(), c.type);
  }
}

TEST(Hierarchy, KnowsItsControllers) {
  EXPECT_TRUE((Hierarchy{"cpu,cpuacct", ""}).has_controller("cpuacct"));
  EXPECT_FALSE((Hierarchy{"cpuset", ""}).has_controller("cpu"));
  EXPECT_FALSE((Hierarchy{"unified", ""}).has_controller("unified"));
}

constexpr const char* kMountTable =
    "22 1 0:21 / / rw - ext4 /dev/root rw\n"
    "31 22 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
    "40 31 0:40 /docker/x /odd/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
    "41 31 0:40 / /sys/fs/cgroup/cpuacct,cpu rw,relatime shared:5 - cgroup cgroup rw,cpuacct,cpu\n"
    "42 31 0:41 / /mnt/my\\040cg\\134x rw - cgroup cgroup rw,xattr,name=systemd\n"
    "43 31 0:42 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
    "44 31 0:43 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate\n"
    "45 31 0:44 / /fake rw - tmpfs memory rw,memory\n"
    "broken line\n"
    "46 31 - cgroup\n";

TEST(Mounts, AreFoundByTheirOptions) {
  const struct {
    const char* name;
    const char* mount_point;
  } cases[] = {
      {"cpu,cpuacct", "/sys/fs/cgroup/cpuacct,cpu"},  // the one with the whole tree
      {"name=systemd", "/mnt/my cg\\x"},
      {"cpuset", "/sys/fs/cgroup/cpuset"},
      {"unified", "/sys/fs/cgroup/unified"},
      {"memory", nullptr},
      {"cpu,cpuset", nullptr},
  };
  for (const auto& c : cases) {
    const auto found = find_mounts(kMountTable, {c.name});
    ASSERT_EQ(found.size(), c.mount_point == nullptr ? 0U : 1U) << c.name;
    if (c.mount_point != nullptr) {
      EXPECT_EQ(found[0].mount_point, c.mount_point);
    }
  }
}

TEST(Mounts, FallBackToAPartOfTheTree) {
  const auto found =
      find_mounts("40 31 0:40 /docker/x /odd/cpu rw - cgroup cgroup rw,cpu\n", {"cpu"});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].mount_point, "/odd/cpu");
}

TEST(Layout, PutsTheHierarchyThatKnowsTheProcessesFirst) {
  const struct {
    Names given;
    Names ordered;
    Mode mode;
  } cases[] = {
      {{"unified"}, {"unified"}, Mode::V2},
      {{"cpu", "freezer", "pids"}, {"freezer", "cpu", "pids"}, Mode::V1},
      {{"cpu", "pids"}, {"cpu", "pids"}, Mode::V1},
      {{"cpu", "freezer", "unified"}, {"unified", "freezer", "cpu"}, Mode::Hybrid},
      {{"cpu", "blkio,freezer"}, {"blkio,freezer", "cpu"}, Mode::V1},
  };
  for (const auto& c : cases) {
    std::vector<Hierarchy> hierarchies;
    for (const auto& name : c.given) hierarchies.push_back({name, "/" + name});
    const Layout layout = make_layout(hierarchies);
    Names names;
    for (const auto& hierarchy : layout.hierarchies) names.push_back(hierarchy.name);
    EXPECT_EQ(names, c.ordered);
    EXPECT_EQ(layout.mode, c.mode);
  }
}

}  // namespace
}  // namespace runtime::cgroup
