// What a container can still read and write of masked and read-only paths.
#include "runtime/rootfs/mask.h"
#include "tests/runtime/rootfs/sandbox.h"

namespace {

using namespace rootfs_test;

using MaskTest = SandboxTest;

// A root with devices, secrets and links to them.
RootDir prepared_root() {
  make_folders(kRoot + "/secrets/deep");
  make_folders(kRoot + "/other");
  write(kRoot + "/secrets/file", "secret\n");
  write(kRoot + "/key", "secret\n");
  link("secrets", kRoot + "/alias");
  link("../key", kRoot + "/other/key");
  RootDir root = take_root();
  make_devices(root, {}, mount_list(root, {mount("/dev", "tmpfs", "t")}));
  return root;
}

TEST_F(MaskTest, FilesShowNothingFoldersAreEmpty) {
  in_sandbox([] {
    const RootDir root = prepared_root();
    mask_paths(root, {"/key", "/secrets", "/missing", "/key/below", "/missing/below"});
    EXPECT_EQ(read(kRoot + "/key"), "");
    EXPECT_EQ(info(kRoot + "/key").st_rdev, makedev(1, 3));
    EXPECT_EQ(write_error(kRoot + "/key"), 0);
    EXPECT_EQ(names(kRoot + "/secrets"), std::vector<std::string>{});
    EXPECT_EQ(mkdir((kRoot + "/secrets/new").c_str(), 0755), -1);
    EXPECT_EQ(errno, EROFS);
    EXPECT_EQ(mount_at(kRoot + "/secrets").options, "ro,nosuid,nodev,noexec,relatime");
    EXPECT_FALSE(exists(kRoot + "/missing"));
  });
}

TEST_F(MaskTest, AllFoldersShareOneFilesystem) {
  in_sandbox([] {
    const RootDir root = prepared_root();
    mask_paths(root, {"/secrets", "/other"});
    EXPECT_EQ(info(kRoot + "/secrets").st_dev, info(kRoot + "/other").st_dev);
    EXPECT_NE(mount_at(kRoot + "/secrets").id, mount_at(kRoot + "/other").id);
  });
}

// S-11
TEST_F(MaskTest, LinksLeadToWhatIsMasked) {
  in_sandbox([] {
    const RootDir root = prepared_root();
    link("../../../../../../../../key", kRoot + "/up");
    link(kOutside, kRoot + "/outside");
    mask_paths(root, {"/alias", "/alias", "/other/key", "/up", "/outside"});
    EXPECT_EQ(names(kRoot + "/secrets"), std::vector<std::string>{});
    EXPECT_EQ(names(kRoot + "/alias/"), std::vector<std::string>{});
    EXPECT_EQ(read(kRoot + "/key"), "");
    EXPECT_EQ(names(kRoot + "/other"), std::vector<std::string>{"key"});
    EXPECT_EQ(mount_at(kOutside).id, "");
  });
}

TEST_F(MaskTest, TheRootCannotBeCovered) {
  in_sandbox([] {
    link("/", kRoot + "/root-link");
    link("..", kRoot + "/up-link");
    const RootDir root = prepared_root();
    for (const char* path : {"/", "/root-link", "/up-link", "/.."}) {
      const std::string text = "Paths " + std::string(path) + ": leads to the root itself";
      EXPECT_EQ(error_of([&] { mask_paths(root, {path}); }), "masked" + text);
      EXPECT_EQ(error_of([&] { make_paths_readonly(root, {path}); }), "readonly" + text);
    }
  });
}

// CVE-2025-31133
TEST_F(MaskTest, OnlyTheNullDeviceMasks) {
  in_sandbox([] {
    make_folders(kRoot + "/dev");
    link("/key", kRoot + "/dev/null");
    write(kRoot + "/key");
    write(kRoot + "/file");
    const RootDir root = take_root();
    EXPECT_EQ(error_of([&] { mask_paths(root, {"/file"}); }),
              "maskedPaths /file: /dev/null of the root file system is not the null device "
              "(character device 1:3)");
  });
  in_sandbox([] {
    make_folders(kRoot);
    write(kRoot + "/file");
    link(kOutside, kRoot + "/dev");
    const RootDir root = take_root();
    EXPECT_NE(error_of([&] { mask_paths(root, {"/file"}); }).find("(ELOOP)"), std::string::npos);
  });
}

TEST_F(MaskTest, ReadOnlyPaths) {
  in_sandbox([] {
    const RootDir root = prepared_root();
    mount_list(root, {mount("/secrets/deep", "tmpfs", "t", {"nosuid", "noexec"})});
    write(kRoot + "/secrets/deep/file");
    make_paths_readonly(root, {"/alias", "/other/key", "/missing", "/secrets/deep"});
    EXPECT_EQ(write_error(kRoot + "/secrets/file"), EROFS);
    EXPECT_EQ(write_error(kRoot + "/alias/file"), EROFS);
    EXPECT_EQ(write_error(kRoot + "/key"), EROFS);
    EXPECT_EQ(write_error(kRoot + "/secrets/deep/file"), EROFS);
    EXPECT_EQ(mount_at(kRoot + "/secrets/deep").options, "ro,nosuid,noexec,relatime");
    EXPECT_EQ(read(kRoot + "/secrets/file"), "secret\n");
    write(kRoot + "/other/new");
  });
}

// Each mount has its own flags: what is mounted below stays as its own options say.
TEST_F(MaskTest, MountsBelowAReadOnlyPathKeepTheirFlags) {
  in_sandbox([] {
    const RootDir root = prepared_root();
    mount_list(root, {mount("/secrets/deep", "tmpfs", "t")});
    make_paths_readonly(root, {"/secrets"});
    EXPECT_EQ(write_error(kRoot + "/secrets/file"), EROFS);
    write(kRoot + "/secrets/deep/file");
  });
}

TEST_F(MaskTest, ReadOnlyRoot) {
  in_sandbox([] {
    must(::mount("tmpfs", kRoot.c_str(), "tmpfs", MS_NOSUID | MS_NOATIME, nullptr), "root");
    make_folders(kRoot + "/data");
    const RootDir root = take_root();
    const MountedTree tree = mount_list(root, {mount("/data", "tmpfs", "t")});
    finish_read_only(root, tree, true);
    EXPECT_EQ(mount_at(kRoot).options, "ro,nosuid,noatime");
    EXPECT_EQ(mkdir((kRoot + "/new").c_str(), 0755), -1);
    write(kRoot + "/data/new");
  });
}

}  // namespace
