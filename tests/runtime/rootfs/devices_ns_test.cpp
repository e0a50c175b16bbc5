// /dev as make_devices leaves it, also in images that were made to mislead it.
#include <sys/ioctl.h>

#include "runtime/rootfs/devices.h"
#include "tests/runtime/rootfs/sandbox.h"

namespace {

using namespace rootfs_test;
using oci::DeviceType;

using DevicesTest = SandboxTest;

const std::string kDev = kRoot + "/dev";

oci::Device device(DeviceType type, std::string path, std::int64_t major = 1,
                   std::int64_t minor = 3) {
  oci::Device made;
  made.type = type;
  made.path = std::move(path);
  made.major = major;
  made.minor = minor;
  return made;
}

std::string target_of(const std::string& path) {
  return sys::readlinkat(BorrowedFd::cwd(), path.c_str());
}

// After proc and /dev have been mounted.
void make_in_tmpfs(const std::vector<oci::Device>& devices) {
  const RootDir root = take_root();
  const MountedTree tree =
      mount_list(root, {mount("/proc", "proc", "proc"), mount("/dev", "tmpfs", "t", {"mode=755"})});
  make_devices(root, devices, tree);
}

TEST_F(DevicesTest, TheDefaultOnes) {
  in_sandbox([] {
    umask(077);
    make_in_tmpfs({});
    const std::pair<const char*, dev_t> nodes[] = {
        {"null", makedev(1, 3)},   {"zero", makedev(1, 5)},    {"full", makedev(1, 7)},
        {"random", makedev(1, 8)}, {"urandom", makedev(1, 9)}, {"tty", makedev(5, 0)},
    };
    for (const auto& [name, number] : nodes) {
      const struct stat node = info(cat(kDev, "/", name));
      EXPECT_EQ(node.st_mode, static_cast<mode_t>(S_IFCHR | 0666)) << name;
      EXPECT_EQ(node.st_rdev, number) << name;
    }
    EXPECT_EQ(target_of(kDev + "/ptmx"), "pts/ptmx");
    EXPECT_EQ(target_of(kDev + "/fd"), "/proc/self/fd");
    EXPECT_EQ(target_of(kDev + "/stdin"), "/proc/self/fd/0");
    EXPECT_EQ(target_of(kDev + "/stdout"), "/proc/self/fd/1");
    EXPECT_EQ(target_of(kDev + "/stderr"), "/proc/self/fd/2");
    EXPECT_EQ(exists(kDev + "/core"), exists(kRoot + "/proc/kcore"));
    EXPECT_EQ(umask(0), 077U);
  });
}

TEST_F(DevicesTest, ThoseOfTheConfig) {
  in_sandbox([] {
    oci::Device owned = device(DeviceType::Block, "/dev/sub/disk", 8, 16);
    owned.file_mode = S_IFBLK | 0640;
    owned.uid = 7;
    owned.gid = 8;
    oci::Device quiet_tty = device(DeviceType::Char, "/dev/tty", 5, 0);
    quiet_tty.file_mode = 0620;
    oci::Device fifo = device(DeviceType::Fifo, "/dev/fifo");
    fifo.major = fifo.minor = std::nullopt;
    umask(077);
    make_in_tmpfs({owned, quiet_tty, fifo, device(DeviceType::Unbuffered, "/dev/raw", 162, 0),
                   device(DeviceType::Char, "/srv/../dev/up", 10, 200),
                   device(DeviceType::Char, "/srv/null")});
    EXPECT_EQ(info(kDev + "/sub/disk").st_mode, static_cast<mode_t>(S_IFBLK | 0640));
    EXPECT_EQ(info(kDev + "/sub/disk").st_rdev, makedev(8, 16));
    EXPECT_EQ(info(kDev + "/sub/disk").st_uid, 7U);
    EXPECT_EQ(info(kDev + "/sub/disk").st_gid, 8U);
    EXPECT_EQ(mode_of(kDev + "/tty"), 0620U);
    EXPECT_EQ(info(kDev + "/fifo").st_mode, static_cast<mode_t>(S_IFIFO | 0666));
    EXPECT_EQ(info(kDev + "/raw").st_rdev, makedev(162, 0));
    EXPECT_EQ(info(kDev + "/up").st_rdev, makedev(10, 200));
    EXPECT_EQ(info(kRoot + "/srv/null").st_rdev, makedev(1, 3));
    EXPECT_EQ(mode_of(kDev + "/sub"), 0755U);
  });
}

TEST_F(DevicesTest, WhatIsThereMustMatch) {
  in_sandbox([] {
    make_folders(kDev + "/sub");
    must(mknod((kDev + "/null").c_str(), S_IFCHR | 0600, makedev(1, 3)), "null");
    must(mknod((kDev + "/disk").c_str(), S_IFBLK | 0600, makedev(8, 0)), "disk");
    must(mkfifo((kDev + "/fifo").c_str(), 0600), "fifo");
    link("fd-of-the-image", kDev + "/fd");
    const RootDir root = take_root();
    make_devices(
        root, {device(DeviceType::Block, "/dev/disk", 8, 0), device(DeviceType::Fifo, "/dev/fifo")},
        {});
    EXPECT_EQ(mode_of(kDev + "/null"), 0600U);
    EXPECT_EQ(target_of(kDev + "/fd"), "fd-of-the-image");
    for (const auto& wrong :
         {device(DeviceType::Block, "/dev/disk", 8, 1), device(DeviceType::Char, "/dev/disk", 8, 0),
          device(DeviceType::Char, "/dev/fifo", 8, 0), device(DeviceType::Fifo, "/dev/null")}) {
      EXPECT_EQ(error_of([&] { make_devices(root, {wrong}, {}); }),
                cat("device ", wrong.path, ": something else is there already"));
    }
  });
}

TEST_F(DevicesTest, ABoundDevIsNotTouched) {
  in_sandbox([] {
    make_folders(kWork + "/bundle/dev");
    const RootDir root = take_root();
    const MountedTree tree = mount_list(root, {mount("/dev", "bind", "dev", {"bind"})});
    EXPECT_TRUE(tree.dev_is_bind);
    make_devices(root, {device(DeviceType::Char, "/dev/null")}, tree);
    EXPECT_EQ(names(kWork + "/bundle/dev"), std::vector<std::string>{});
  });
}

// S-07
TEST_F(DevicesTest, DevAsALinkIsRefused) {
  for (const std::string& target :
       {kOutside, std::string("../../outside"), std::string("/real"), std::string("/dangling")}) {
    in_sandbox([&] {
      make_folders(kRoot + "/real");
      link(target, kDev);
      const RootDir root = take_root();
      EXPECT_NE(error_of([&] { make_devices(root, {}, {}); }).find("(ELOOP)"), std::string::npos);
      EXPECT_EQ(names(kRoot + "/real"), std::vector<std::string>{});
      EXPECT_FALSE(exists(kRoot + "/dangling"));
    });
  }
}

TEST_F(DevicesTest, LinksBelowDevAreNotFollowed) {
  in_sandbox([] {
    make_folders(kDev);
    link("/etc", kDev + "/sub");
    const RootDir root = take_root();
    const std::string text =
        error_of([&] { make_devices(root, {device(DeviceType::Char, "/dev/sub/null")}, {}); });
    EXPECT_NE(text.find("(ELOOP)"), std::string::npos) << text;
    EXPECT_FALSE(exists(kRoot + "/etc"));
  });
}

// S-08
TEST_F(DevicesTest, AnImagesOwnIdeaOfADeviceIsRefused) {
  const std::pair<const char*, const char*> rows[] = {
      {"null", "the null device (character device 1:3)"},
      {"zero", "the zero device (character device 1:5)"},
      {"full", "the full device (character device 1:7)"},
      {"random", "the random device (character device 1:8)"},
      {"urandom", "the urandom device (character device 1:9)"},
      {"tty", "the terminal device (character device 5:0)"},
  };
  for (const auto& [name, what] : rows) {
    const auto refused = [&] {
      const RootDir root = take_root();
      EXPECT_EQ(error_of([&] { make_devices(root, {}, {}); }),
                cat("/dev/", name, " of the root file system is not ", what));
    };
    in_sandbox([&] {
      make_folders(kDev);
      link("/file", cat(kDev, "/", name));
      write(kRoot + "/file");
      refused();
    });
    in_sandbox([&] {
      make_folders(kDev);
      write(cat(kDev, "/", name));
      refused();
    });
  }
}

TEST_F(DevicesTest, PtmxOfAnImageMakesWay) {
  in_sandbox([] {
    make_folders(kDev);
    write(kRoot + "/victim");
    link("/victim", kDev + "/ptmx");
    make_devices(take_root(), {}, {});
    EXPECT_EQ(target_of(kDev + "/ptmx"), "pts/ptmx");
    EXPECT_TRUE(exists(kRoot + "/victim"));
  });
  in_sandbox([] {
    make_folders(kDev);
    make_devices(take_root(), {device(DeviceType::Char, "/dev/ptmx", 5, 2)}, {});
    EXPECT_EQ(info(kDev + "/ptmx").st_rdev, makedev(5, 2));
  });
}

TEST_F(DevicesTest, TheConsoleIsAPeerOfADevpts) {
  in_sandbox([] {
    const RootDir root = take_root();
    const MountedTree tree =
        mount_list(root, {mount("/dev", "tmpfs", "t"),
                          mount("/dev/pts", "devpts", "d", {"newinstance", "ptmxmode=0666"})});
    make_devices(root, {}, tree);
    const OwnedFd master =
        sys::openat2(tree.devpts, "ptmx", O_RDWR | O_NOCTTY, sys::Resolve::kBeneath);
    int unlocked = 0;
    must(ioctl(master.raw(), TIOCSPTLCK, &unlocked), "unlock");
    const OwnedFd peer(ioctl(master.raw(), TIOCGPTPEER, O_RDWR | O_NOCTTY));
    bind_console(root, peer);
    EXPECT_EQ(info(kDev + "/console").st_rdev, makedev(136, 0));
    EXPECT_EQ(mount_at(kDev + "/console").type, "devpts");
    // S-09: not something that merely looks like one.
    const OwnedFd null = sys::openat(BorrowedFd::cwd(), "/dev/null", O_RDWR);
    const OwnedFd file = sys::openat(BorrowedFd::cwd(), "/tmp", O_RDONLY);
    for (const OwnedFd* wrong : {&null, &file}) {
      EXPECT_EQ(error_of([&] { bind_console(root, *wrong); }),
                "/dev/console: the terminal's other side is no device of a devpts");
    }
  });
}

TEST_F(DevicesTest, AConsoleThatIsALinkIsRefused) {
  in_sandbox([] {
    const RootDir root = take_root();
    mount_list(root, {mount("/dev", "tmpfs", "t"),
                      mount("/dev/pts", "devpts", "d", {"newinstance", "ptmxmode=0666"})});
    link(kOutside + "/marker", kDev + "/console");
    const OwnedFd master = root.open("dev/pts/ptmx", O_RDWR | O_NOCTTY);
    int unlocked = 0;
    must(ioctl(master.raw(), TIOCSPTLCK, &unlocked), "unlock");
    const OwnedFd peer(ioctl(master.raw(), TIOCGPTPEER, O_RDWR | O_NOCTTY));
    EXPECT_NE(error_of([&] { bind_console(root, peer); }).find("(ELOOP)"), std::string::npos);
  });
}

}  // namespace
