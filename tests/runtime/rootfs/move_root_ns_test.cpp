// The root when it is moved over the host's: what is left inside, and what the host gets to see.
#include "runtime/rootfs/move_root.h"
#include "tests/runtime/rootfs/sandbox.h"

namespace {

using namespace rootfs_test;

using MoveRootTest = SandboxTest;

std::vector<std::string> mount_points() {
  std::vector<std::string> points;
  for (const MountLine& each : mount_lines()) points.push_back(each.point);
  return points;
}

// The old trick: a root below the working directory is no bound for "..".
void escape_by_chroot() {
  must(mkdir("/jail", 0755), "mkdir");
  const OwnedFd slash = sys::openat(BorrowedFd::cwd(), "/", O_PATH | O_DIRECTORY);
  must(chroot("/jail"), "chroot");
  sys::fchdir(slash);
  for (int up = 0; up < 20; ++up) must(chdir(".."), "chdir");
  must(chroot("."), "chroot out");
}

TEST_F(MoveRootTest, OnlyTheContainersTreeIsInReach) {
  in_sandbox([] {
    write(kRoot + "/hello", "from the image\n");
    in_sandbox_child([&] {
      const RootDir root = take_root();
      mount_list(root, {mount("/proc", "proc", "proc"), mount("/dev", "tmpfs", "t")});
      move_into(root);
      EXPECT_EQ(read("/hello"), "from the image\n");
      EXPECT_EQ(read("hello"), "from the image\n");
      EXPECT_EQ(mount_points(), (std::vector<std::string>{"/", "/proc", "/dev"}));
      EXPECT_FALSE(exists("/../../../.." + kOutside));
      finish_read_only(root, {}, false);
      escape_by_chroot();
      EXPECT_TRUE(exists("/hello"));
      EXPECT_FALSE(exists(kOutside));
    });
  });
}

// Mounts over mounts, and over folders in which there are mounts.
void hide_things() {
  make_folders(kWork + "/a/b");
  must(::mount("b", (kWork + "/a/b").c_str(), "tmpfs", 0, nullptr), "b");
  must(::mount("a", (kWork + "/a").c_str(), "tmpfs", 0, nullptr), "a");
  must(::mount("a2", (kWork + "/a").c_str(), "tmpfs", 0, nullptr), "a2");
}

TEST_F(MoveRootTest, NothingReachesTheHostWhateverIsShared) {
  using oci::Propagation;
  for (const rootfs_test::Propagation propagation : {rootfs_test::Propagation(),
                                                     {Propagation::Slave},
                                                     {Propagation::RecursiveSlave},
                                                     {Propagation::Shared},
                                                     {Propagation::RecursiveShared}}) {
    in_sandbox([&] {
      hide_things();
      must(::mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr), "share");
      const auto before = mount_points();
      in_sandbox_child([&] {
        const RootDir root = take_root(propagation);
        mount_list(root, {mount("/proc", "proc", "proc")});
        move_into(root);
        propagate_root(root, propagation);
        EXPECT_EQ(mount_points(), (std::vector<std::string>{"/", "/proc"}));
        must(::mount("t", "/proc", "tmpfs", 0, nullptr), "later");
      });
      EXPECT_EQ(mount_points(), before);
    });
  }
}

TEST_F(MoveRootTest, ASharedVolumeStaysShared) {
  in_sandbox([] {
    make_folders(kWork + "/volume");
    must(::mount("v", (kWork + "/volume").c_str(), "tmpfs", 0, nullptr), "volume");
    make_folders(kWork + "/volume/below");
    must(::mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr), "share");
    in_sandbox_child([&] {
      const Propagation shared = oci::Propagation::RecursiveShared;
      const RootDir root = take_root(shared);
      mount_list(root, {mount("/volume", "", kWork + "/volume", {"rbind", "rshared"})});
      move_into(root);
      must(::mount("t", "/volume/below", "tmpfs", 0, nullptr), "in the container");
    });
    EXPECT_EQ(mount_at(kWork + "/volume/below").type, "tmpfs");
  });
}

// To unmount it would be to unmount it on the host.
TEST_F(MoveRootTest, WhatLiesOnASharedMountOutOfReachIsRefused) {
  in_sandbox([] {
    const std::string folder = "/srv";
    must(::mount("first", folder.c_str(), "tmpfs", 0, nullptr), "first");
    must(::mount("second", folder.c_str(), "tmpfs", 0, nullptr), "second");
    must(::mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr), "share");
    const auto before = mount_points();
    in_sandbox_child([&] {
      const Propagation shared = oci::Propagation::Shared;
      const RootDir root = take_root(shared);
      EXPECT_EQ(error_of([&] { move_into(root); }),
                "--no-pivot: the host's mount /srv can't be detached");
    });
    EXPECT_EQ(mount_points(), before);
  });
}

TEST_F(MoveRootTest, InAChrootItIsRefused) {
  in_sandbox([] {
    in_sandbox_child([&] {
      const std::string jail = kWork + "/jail";
      make_folders(jail);
      must(::mount("/", jail.c_str(), nullptr, MS_BIND | MS_REC, nullptr), "bind");
      must(chroot(jail.c_str()) | chdir("/"), "chroot");
      make_folders(kRoot);
      const RootDir root = take_root();
      EXPECT_EQ(error_of([&] { move_into(root); }),
                "--no-pivot: \"/\" is not the container's root");
    });
  });
}

TEST(CheckMovable, RefusesWhatWouldKeepTheHostsMountsBusy) {
  using oci::Propagation;
  for (const auto& row : oci::Names<Propagation>::table) {
    const std::string name(row.name);
    const bool is_private = name.ends_with("private") || name.ends_with("unbindable");
    EXPECT_EQ(error_of([&] { check_movable(row.value, false); }),
              is_private ? "--no-pivot: config.json: /linux/rootfsPropagation: " + name +
                               " is not safe without pivot_root"
                         : "");
  }
  check_movable({}, false);
}

}  // namespace
