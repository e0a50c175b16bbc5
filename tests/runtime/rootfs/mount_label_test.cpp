#include "runtime/rootfs/mount_label.h"

#include <gtest/gtest.h>

#include "oci/annotations.h"
#include "tests/support/forked.h"

namespace {

using namespace runtime::rootfs;

const MountLabel kLabel = {"context", "u:object_r:f:s0:c1,c2"};

MountStep labelled(const char* type, std::vector<std::string> options, bool in_user_namespace) {
  std::vector<MountStep> steps =
      plan_mounts({{"/x", type, "source", std::move(options), {}, {}}}, "/bundle", {});
  label_mounts(steps, kLabel, in_user_namespace);
  return steps.front();
}

TEST(MountLabel, GoesToTheFilesystemsThatTakeIt) {
  struct Row {
    const char* type;
    std::vector<std::string> options;
    bool is_labelled;
    bool in_user_namespace;  // is it labelled there
  };
  const Row rows[] = {
      {"tmpfs", {"size=1m"}, true, true},
      {"devpts", {}, true, true},
      {"ramfs", {}, true, true},
      {"overlay", {}, true, true},
      {"ext4", {}, true, false},
      {"cgroup", {}, true, true},
      {"cgroup2", {}, false, false},
      {"sysfs", {}, false, false},
      {"mqueue", {}, false, false},
      {"tmpfs", {"bind"}, false, false},
      {"tmpfs", {"remount"}, false, false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(labelled(row.type, row.options, false).label == kLabel, row.is_labelled) << row.type;
    EXPECT_EQ(labelled(row.type, row.options, true).label == kLabel, row.in_user_namespace)
        << row.type;
    const bool is_mqueue = std::string(row.type) == "mqueue";
    EXPECT_EQ(labelled(row.type, row.options, false).root_label, is_mqueue ? kLabel.context : "");
    EXPECT_EQ(labelled(row.type, row.options, true).root_label, "");
  }
}

TEST(MountLabel, OneOfItsOwnStays) {
  for (const char* option : {"context", "fscontext", "defcontext", "rootcontext"}) {
    const MountStep step = labelled("tmpfs", {std::string(option) + R"(="u:r:t:s0:c3,c4")"}, false);
    EXPECT_TRUE(step.label.empty());
    EXPECT_EQ(step.options.data, std::vector<std::string>{std::string(option) + "=u:r:t:s0:c3,c4"});
  }
  const MountStep other = labelled("tmpfs", {R"(contexts="a")", "context"}, false);
  EXPECT_EQ(other.options.data, (std::vector<std::string>{R"(contexts="a")", "context"}));
  EXPECT_EQ(other.label, kLabel);
}

std::string error_of(const oci::Config& config) {
  return test_support::error_of([&] {
    std::vector<MountStep> none;
    label_mounts(none, mount_label_of(config), false);
  });
}

TEST(MountLabel, IsAppliedByTheOptionOfTheAnnotation) {
  oci::Config config;
  config.linux.emplace();
  config.linux->mount_label = kLabel.context;
  EXPECT_EQ(mount_label_of(config), kLabel);
  const std::string key(oci::annotation::mount_context_type);
  config.annotations = {{key, "rootcontext"}};
  EXPECT_EQ(mount_label_of(config), (MountLabel{"rootcontext", kLabel.context}));
  config.annotations = {{key, "contexts"}};
  EXPECT_EQ(error_of(config),
            "config.json: /annotations/run.oci.mount_context_type: \"contexts\" is none of "
            "context, fscontext, defcontext, rootcontext");
}

TEST(MountLabel, IsNoLongerThanTheKernelTakes) {
  oci::Config config;
  config.linux.emplace();
  config.linux->mount_label = std::string(255, 'x');
  EXPECT_EQ(error_of(config), "");
  config.linux->mount_label += 'x';
  EXPECT_EQ(error_of(config), "config.json: /linux/mountLabel: \"" + std::string(64, 'x') +
                                  "\"... is longer than the kernel takes, 255 bytes");
}

}  // namespace
