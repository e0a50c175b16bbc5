// What is recognised of a host, and records that fit no host.
#include "runtime/cgroup/host.h"
#include "tests/runtime/cgroup/support.h"

namespace runtime::cgroup {
namespace {

using namespace test;

TEST(Host, ModeFollowsTheView) {
  in_view(View::V2, [] {
    EXPECT_EQ(inspect_host().layout.mode, Mode::V2);
    EXPECT_EQ(inspect_host().layout.hierarchies[0].mount_point, "/sys/fs/cgroup");
  });
  in_view(View::V1, [] { EXPECT_EQ(inspect_host().layout.mode, Mode::V1); });
}

TEST(Host, HierarchiesElsewhereAreFoundInTheMountTable) {
  in_view(View::V1, [] {
    const auto before = inspect_host().layout.hierarchies;
    ASSERT_EQ(mkdir("/sys/fs/cgroup/odd place", 0755), 0);
    const std::string moved = before[0].mount_point;
    ASSERT_EQ(mount(moved.c_str(), "/sys/fs/cgroup/odd place", nullptr, MS_MOVE, nullptr), 0);
    const auto after = inspect_host().layout.hierarchies;
    ASSERT_EQ(after.size(), before.size());
    EXPECT_EQ(after[0].name, before[0].name);
    EXPECT_EQ(after[0].mount_point, "/sys/fs/cgroup/odd place");
  });
}

TEST(Host, WithoutCgroupsSaysSo) {
  in_view(View::V2, [] {
    umount2("/sys/fs/cgroup", MNT_DETACH);
    EXPECT_EQ(error_of([] { inspect_host(); }), "no cgroup filesystem is mounted");
  });
}

TEST(Record, DamagedOnesDoNoHarm) {
  const Location cases[] = {
      {},
      {DriverKind::Cgroupfs, Mode::Hybrid, {{"unified", "/sys/fs/cgroup", "/", 0, 0}}},
      {DriverKind::Cgroupfs, Mode::Hybrid, {}},
  };
  for (const Location& location : cases) {
    const auto driver = driver_of(location);
    driver->kill_all(location);
    driver->wait_empty(location, in_ms(0));
    driver->remove(location);
    EXPECT_TRUE(driver->processes(location).empty());
    EXPECT_FALSE(driver->is_frozen(location));
    EXPECT_EQ(error_of([&] { driver->join(location, {}); }), "the container's cgroup is gone");
  }
  const Location elsewhere{DriverKind::Cgroupfs, Mode::V2, {{"unified", "/tmp", "/x", 0, 0}}};
  EXPECT_EQ(error_of([&] { driver_of(elsewhere)->remove(elsewhere); }),
            "cgroup hierarchy unified: /tmp is no cgroup2 mount any more");
}

}  // namespace
}  // namespace runtime::cgroup
