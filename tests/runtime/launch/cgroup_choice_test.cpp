#include "runtime/launch/cgroup_choice.h"

#include <functional>
#include <gtest/gtest.h>
#include <linux/sched.h>

namespace runtime {
namespace {

struct Case {
  Bundle bundle;
  NamespacePlan plan{.clone_flags = CLONE_NEWUSER, .unshare_cgroup = true};
  cgroup::Location location{
      .mode = cgroup::Mode::V2,
      .places = {
          {.name = "unified", .mount_point = "/sys/fs/cgroup", .path = "/pod/web", .existing = 1}}};

  Case() {
    bundle.config.linux = oci::Linux{};
    bundle.config.linux->uid_mappings = {{0, 100000, 1000}, {1000, 200000, 10}};
    bundle.config.process = oci::Process{};
    rootfs::MountStep step;
    step.kind = rootfs::MountKind::Cgroup;
    step.destination = "/sys/fs/cgroup";
    bundle.mounts = {step};
  }

  std::optional<uid_t> owner() const { return cgroup_owner(bundle, plan, location); }
};

TEST(CgroupOwner, IsTheProgramsUserOnTheHost) {
  Case root;
  EXPECT_EQ(root.owner(), 100000U);
  Case user;
  user.bundle.config.process->user.uid = 1002;
  EXPECT_EQ(user.owner(), 200002U);
}

TEST(CgroupOwner, StaysWhereOneConditionIsMissing) {
  struct Row {
    const char* what;
    std::function<void(Case&)> change;
  };
  const Row rows[] = {
      {"v1", [](Case& c) { c.location.mode = cgroup::Mode::V1; }},
      {"hybrid", [](Case& c) { c.location.mode = cgroup::Mode::Hybrid; }},
      {"no cgroup", [](Case& c) { c.location.places.clear(); }},
      {"somebody else's cgroup", [](Case& c) { c.location.places[0].existing = 2; }},
      {"no cgroup namespace", [](Case& c) { c.plan.unshare_cgroup = false; }},
      {"no user namespace", [](Case& c) { c.plan.clone_flags = 0; }},
      {"no mount", [](Case& c) { c.bundle.mounts.clear(); }},
      {"another mount", [](Case& c) { c.bundle.mounts[0].destination = "/cgroup"; }},
      {"a bind", [](Case& c) { c.bundle.mounts[0].kind = rootfs::MountKind::Bind; }},
      {"read-only", [](Case& c) { rootfs::apply_option("ro", c.bundle.mounts[0].options); }},
      {"user not mapped", [](Case& c) { c.bundle.config.process->user.uid = 5000; }},
  };
  for (const Row& row : rows) {
    Case changed;
    row.change(changed);
    EXPECT_EQ(changed.owner(), std::nullopt) << row.what;
  }
}

}  // namespace
}  // namespace runtime
