// The root before and after the pivot, and what of it the host gets to see.
#include <sys/wait.h>

#include "runtime/rootfs/pivot.h"
#include "tests/runtime/rootfs/sandbox.h"

namespace {

using namespace rootfs_test;

using PivotTest = SandboxTest;

OwnedFd open_folder(const std::string& path) {
  return sys::openat(BorrowedFd::cwd(), path.c_str(), O_PATH | O_DIRECTORY);
}

// The container's own view once it has pivoted; needs a proc in it.
void fill_root() {
  make_folders(kRoot);
  write(kRoot + "/hello", "from the image\n");
}

TEST_F(PivotTest, OnlyTheContainersTreeIsLeft) {
  in_sandbox([] {
    fill_root();
    const dev_t host = info("/").st_dev;
    in_sandbox_child([&] {
      const RootDir root = take_root();
      mount_list(root, {mount("/proc", "proc", "proc"), mount("/dev", "tmpfs", "t")});
      pivot_into(root, {});
      EXPECT_EQ(read("/hello"), "from the image\n");
      EXPECT_EQ(read("hello"), "from the image\n");
      EXPECT_NE(info("/").st_dev, host);
      std::vector<std::string> points;
      for (const MountLine& each : mount_lines()) points.push_back(each.point);
      EXPECT_EQ(points, (std::vector<std::string>{"/", "/proc", "/dev"}));
      EXPECT_FALSE(exists("/../../../.." + kOutside));
      // The root descriptor goes on to serve.
      EXPECT_TRUE(root.find("hello"));
      finish_read_only(root, {}, true);
      EXPECT_EQ(write_error("/hello"), EROFS);
    });
  });
}

// S-14
TEST_F(PivotTest, ARootThatWasReplacedIsRefused) {
  in_sandbox([] {
    fill_root();
    const OwnedFd seen = open_folder(kRoot);
    must(rename(kRoot.c_str(), (kRoot + ".away").c_str()), "rename");
    make_folders(kRoot);
    isolate_propagation({});
    EXPECT_EQ(error_of([&] { attach_root(kRoot, seen, {}); }),
              cat("root file system ", kRoot,
                  ": something else is there than when the container's creation began"));
  });
}

TEST_F(PivotTest, TheRootMayBeAMountWithMountsBelow) {
  in_sandbox([] {
    make_folders(kRoot);
    must(::mount("tmpfs", kRoot.c_str(), "tmpfs", MS_NOEXEC, nullptr), "root");
    make_folders(kRoot + "/below");
    must(::mount("tmpfs", (kRoot + "/below").c_str(), "tmpfs", MS_NODEV, nullptr), "below");
    write(kRoot + "/below/file", "below\n");
    const RootDir root = take_root();
    mount_list(root, {mount("/proc", "proc", "proc")});
    pivot_into(root, {});
    EXPECT_EQ(read("/below/file"), "below\n");
    EXPECT_TRUE(has(mount_at("/").options, "noexec"));
    EXPECT_TRUE(has(mount_at("/below").options, "nodev"));
  });
}

struct PropagationRow {
  Propagation propagation;
  std::string wanted;  // of the container's root, afterwards
};

const PropagationRow kPropagation[] = {
    {{}, "master:"},
    {oci::Propagation::Private, ""},
    {oci::Propagation::RecursivePrivate, ""},
    {oci::Propagation::Slave, "master:"},
    {oci::Propagation::RecursiveSlave, "master:"},
    {oci::Propagation::Shared, "shared:"},
    {oci::Propagation::RecursiveShared, "shared:"},
    {oci::Propagation::Unbindable, "unbindable"},
    {oci::Propagation::RecursiveUnbindable, "unbindable"},
};

// S-41: the "host" is the sandbox with everything shared, the container a namespace of its own.
TEST_F(PivotTest, NothingReachesTheHost) {
  for (const PropagationRow& row : kPropagation) {
    in_sandbox([&] {
      fill_root();
      make_folders(kRoot + "/late");
      make_folders(kRoot + "/below");
      must(::mount("b", (kRoot + "/below").c_str(), "tmpfs", 0, nullptr), "below");
      must(::mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr), "share");
      const auto before = mount_lines();
      in_sandbox_child([&] {
        const RootDir root = take_root(row.propagation);
        mount_list(root, {mount("/proc", "proc", "proc"), mount("/dev", "tmpfs", "t"),
                          mount("/below/t", "tmpfs", "t")});
        pivot_into(root, row.propagation);
        mask_paths(root, {"/late"});
        propagate_root(root, row.propagation);
        const std::string propagation = mount_at("/").propagation;
        EXPECT_EQ(propagation.substr(0, row.wanted.size()), row.wanted) << propagation;
        if (row.wanted.empty()) {
          EXPECT_EQ(propagation, "");
        }
        must(::mount("t", "/late", "tmpfs", 0, nullptr), "late");
        must(umount2("/dev", 0), "unmount");
      });
      const auto after = mount_lines();
      ASSERT_EQ(before.size(), after.size());
      for (std::size_t at = 0; at < before.size(); ++at) {
        EXPECT_EQ(before[at].id, after[at].id);
        EXPECT_EQ(before[at].options, after[at].options);
        EXPECT_EQ(before[at].propagation, after[at].propagation);
      }
    });
  }
}

TEST_F(PivotTest, ASharedVolumeIsSharedBothWays) {
  in_sandbox([] {
    fill_root();
    make_folders(kWork + "/volume/below");
    must(::mount("v", (kWork + "/volume").c_str(), "tmpfs", 0, nullptr), "volume");
    make_folders(kWork + "/volume/below");
    must(::mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr), "share");
    in_sandbox_child([&] {
      const Propagation shared = oci::Propagation::RecursiveShared;
      const RootDir root = take_root(shared);
      mount_list(root, {mount("/volume", "", kWork + "/volume", {"rbind", "rshared"})});
      pivot_into(root, shared);
      propagate_root(root, shared);
      must(::mount("t", "/volume/below", "tmpfs", 0, nullptr), "in the container");
    });
    EXPECT_EQ(mount_at(kWork + "/volume/below").type, "tmpfs");
  });
}

TEST_F(PivotTest, WhatTheHostMountsReachesASlave) {
  in_sandbox([] {
    fill_root();
    make_folders(kRoot + "/late");
    must(::mount(nullptr, "/", nullptr, MS_REC | MS_SHARED, nullptr), "share");
    int ready[2];
    int go[2];
    must(pipe(ready) | pipe(go), "pipe");
    const pid_t host = fork();
    if (host == 0) {
      char byte = 0;
      if (::read(ready[0], &byte, 1) != 1) _exit(1);
      const bool mounted = ::mount("t", (kRoot + "/late").c_str(), "tmpfs", 0, nullptr) == 0;
      _exit(mounted && ::write(go[1], "x", 1) == 1 ? 0 : 1);
    }
    must(unshare(CLONE_NEWNS), "unshare");
    const RootDir root = take_root();
    mount_list(root, {mount("/proc", "proc", "proc")});
    pivot_into(root, {});
    char byte = 0;
    EXPECT_EQ(::write(ready[1], "x", 1), 1);
    EXPECT_EQ(::read(go[0], &byte, 1), 1);
    waitpid(host, nullptr, 0);
    EXPECT_EQ(mount_at("/late").type, "tmpfs");
  });
}

}  // namespace
