#include "runtime/rootfs/mount_table.h"

#include <gtest/gtest.h>

namespace runtime::rootfs {
namespace {

TEST(MountTableTest, ReadsWhatTheKernelWrites) {
  const auto table = parse_mount_table(
      "27 27 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
      "28 27 0:21 / /a\\040b rw shared:5 master:2 - tmpfs tmpfs rw\n"
      "29 28 0:22 /x /a\\040b/c\\134 ro master:7 propagate_from:5 - tmpfs shared:9 rw\n"
      "nonsense\n"
      "x 28 0:22 / /y rw - tmpfs tmpfs rw\n");
  EXPECT_EQ(table, (std::vector<MountEntry>{
                       {27, 27, "/", false}, {28, 27, "/a b", true}, {29, 28, "/a b/c\\", false}}));
}

TEST(MountTableTest, KnowsWhatIsOurs) {
  // The root, two of the host's, ours over the root with two below it, of which one hides a
  // namesake of the host's.
  const std::vector<MountEntry> table = {{1, 1, "/", false},      {2, 1, "/proc", false},
                                         {3, 2, "/proc/x", true}, {9, 1, "/", false},
                                         {10, 9, "/proc", false}, {11, 10, "/proc/x", false}};
  EXPECT_EQ(without_own(table, 1, 9), (std::vector<MountEntry>{table[1], table[2]}));
  EXPECT_EQ(without_own({}, 1, 9), std::vector<MountEntry>{});
  EXPECT_EQ(find_mount(table, 10)->parent, 9U);
  EXPECT_EQ(find_mount(table, 4), nullptr);
}

}  // namespace
}  // namespace runtime::rootfs
