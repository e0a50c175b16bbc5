// Type "cgroup" on whatever hierarchies this machine has.
#include <gtest/gtest.h>

#include "tests/runtime/rootfs/sandbox.h"

namespace {

using namespace rootfs_test;

const std::string kCgroups = kRoot + "/sys/fs/cgroup";

class CgroupMountTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (IsSkipped()) return;
    for (const MountLine& each : mount_lines()) {
      if (each.type == "cgroup2") version2_ = each.point;
      if (each.type == "cgroup" && has(each.filesystem_options, "pids")) pids_ = each.point;
      if (each.type == "cgroup" && has(each.filesystem_options, "name=systemd")) {
        named_ = each.point;
      }
    }
  }

  static std::vector<oci::Mount> mounts(std::vector<std::string> options) {
    return {mount("/proc", "proc", "proc"), mount("/sys/fs/cgroup", "cgroup", "cgroup", options)};
  }

  std::string version2_;
  std::string pids_;
  std::string named_;
};

const std::vector<std::string> kUsual = {"nosuid", "noexec", "nodev", "relatime", "ro"};

TEST_F(CgroupMountTest, UnifiedWithItsOwnNamespace) {
  if (version2_.empty()) GTEST_SKIP() << "no cgroup2 on this machine";
  in_sandbox(
      [] {
        CgroupView view;
        view.hierarchies.push_back({"cgroup2", "", "unified", {}, ""});
        const RootDir root = take_root();
        mount_list(root, mounts(kUsual), view);
        const MountLine found = mount_at(kCgroups);
        EXPECT_EQ(found.type, "cgroup2");
        EXPECT_EQ(found.root, "/");
        EXPECT_EQ(found.source, "cgroup");
        EXPECT_EQ(found.options, "ro,nosuid,nodev,noexec,relatime");
      },
      CLONE_NEWCGROUP);
}

CgroupView hybrid_view(const std::string& pids, const std::string& named, bool own_namespace) {
  CgroupView view;
  view.unified = false;
  view.own_namespace = own_namespace;
  view.hierarchies.push_back({"cgroup", "pids", "pids,more", {"pids", "more"}, pids});
  view.hierarchies.push_back({"cgroup", "none,name=systemd", "named", {}, named});
  return view;
}

void expect_hierarchies() {
  const MountLine folders = mount_at(kCgroups);
  EXPECT_EQ(folders.type, "tmpfs");
  EXPECT_EQ(folders.options, "ro,nosuid,nodev,noexec,relatime");
  EXPECT_EQ(names(kCgroups), (std::vector<std::string>{"more", "named", "pids", "pids,more"}));
  const MountLine pids = mount_at(kCgroups + "/pids,more");
  EXPECT_EQ(pids.type, "cgroup");
  EXPECT_TRUE(has(pids.options, "ro"));
  EXPECT_TRUE(has(pids.options, "noexec"));
  EXPECT_EQ(pids.root, "/");
  EXPECT_TRUE(exists(kCgroups + "/pids/cgroup.procs"));
  EXPECT_NE(mount_at(kCgroups + "/named").id, "");
}

TEST_F(CgroupMountTest, HierarchiesWithTheirOwnNamespace) {
  if (pids_.empty() || named_.empty())
    GTEST_SKIP() << "no cgroup v1 with pids and systemd on this machine";
  in_sandbox(
      [&] {
        const RootDir root = take_root();
        mount_list(root, mounts(kUsual), hybrid_view(pids_, named_, true));
        expect_hierarchies();
        EXPECT_TRUE(has(mount_at(kCgroups + "/pids,more").filesystem_options, "pids"));
        EXPECT_TRUE(has(mount_at(kCgroups + "/named").filesystem_options, "name=systemd"));
      },
      CLONE_NEWCGROUP);
}

TEST_F(CgroupMountTest, HierarchiesOfTheHostsNamespace) {
  if (pids_.empty() || named_.empty())
    GTEST_SKIP() << "no cgroup v1 with pids and systemd on this machine";
  in_sandbox([&] {
    const RootDir root = take_root();
    mount_list(root, mounts(kUsual), hybrid_view(pids_, named_, false));
    expect_hierarchies();
  });
}

TEST_F(CgroupMountTest, WritableWhenAsked) {
  if (pids_.empty() || named_.empty())
    GTEST_SKIP() << "no cgroup v1 with pids and systemd on this machine";
  in_sandbox([&] {
    const RootDir root = take_root();
    mount_list(root, mounts({"rw"}), hybrid_view(pids_, named_, false));
    EXPECT_TRUE(has(mount_at(kCgroups).options, "rw"));
    EXPECT_EQ(write_error(kCgroups + "/pids/cgroup.procs"), 0);
  });
}

TEST_F(CgroupMountTest, AHostWithoutCgroupsIsSaidSo) {
  in_sandbox([] {
    const RootDir root = take_root();
    EXPECT_EQ(error_of([&] { mount_list(root, mounts({})); }),
              "mounts[1] /sys/fs/cgroup (cgroup of cgroup): the host has no cgroup hierarchy to "
              "show");
  });
}

}  // namespace
