// What mount_all makes of a plan, seen in mountinfo and through the files.
#include <thread>

#include "tests/runtime/rootfs/sandbox.h"

namespace {

using namespace rootfs_test;

using MountTest = SandboxTest;

std::vector<oci::Mount> default_mounts() {
  return {
      mount("/proc", "proc", "proc"),
      mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}),
      mount("/dev/pts", "devpts", "devpts",
            {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}),
      mount("/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}),
      mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}),
      mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}),
  };
}

TEST_F(MountTest, TheUsualOnes) {
  in_sandbox([] {
    const RootDir root = take_root();
    const MountedTree tree = mount_list(root, default_mounts());
    EXPECT_TRUE(tree.devpts.valid());
    EXPECT_TRUE(tree.read_only_later.empty());
    EXPECT_FALSE(tree.dev_is_bind);
    EXPECT_EQ(mount_at(kRoot + "/proc").type, "proc");
    EXPECT_EQ(mount_at(kRoot + "/dev").options, "rw,nosuid");
    EXPECT_TRUE(has(mount_at(kRoot + "/dev").filesystem_options, "size=65536k"));
    const MountLine pts = mount_at(kRoot + "/dev/pts");
    EXPECT_EQ(pts.options, "rw,nosuid,noexec,relatime");
    EXPECT_TRUE(has(pts.filesystem_options, "gid=5"));
    EXPECT_TRUE(has(pts.filesystem_options, "ptmxmode=666"));
    EXPECT_EQ(mount_at(kRoot + "/dev/shm").source, "shm");
    EXPECT_EQ(mode_of(kRoot + "/dev/shm"), 01777U);
    EXPECT_EQ(mount_at(kRoot + "/dev/mqueue").type, "mqueue");
    EXPECT_EQ(mount_at(kRoot + "/sys").options, "ro,nosuid,nodev,noexec,relatime");
    EXPECT_EQ(read(kRoot + "/proc/sys/kernel/ostype"), "Linux\n");
    EXPECT_TRUE(has(mount_at(kRoot + "/proc").options, "relatime"));
    EXPECT_EQ(sys::fstat(sys::openat2(tree.devpts, "ptmx", O_PATH, sys::Resolve::kBeneath)).st_rdev,
              makedev(5, 2));
  });
}

TEST_F(MountTest, AttributesOfNewFilesystems) {
  in_sandbox([] {
    const RootDir root = take_root();
    mount_list(root, {mount("/a", "tmpfs", "tmpfs",
                            {"nosuid", "nodev", "noexec", "noatime", "nodiratime", "nosymfollow"}),
                      mount("/b", "tmpfs", "tmpfs", {"nosuid", "suid", "strictatime"}),
                      mount("/c", "tmpfs", "tmpfs", {"sync", "dirsync", "lazytime", "silent"}),
                      mount("/d", "tmpfs", "tmpfs", {"rnoexec", "rnoatime"})});
    EXPECT_EQ(mount_at(kRoot + "/a").options,
              "rw,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow");
    EXPECT_EQ(mount_at(kRoot + "/b").options, "rw");
    const std::string flags = mount_at(kRoot + "/c").filesystem_options;
    for (const char* flag : {"sync", "dirsync", "lazytime"}) EXPECT_TRUE(has(flags, flag)) << flag;
    EXPECT_EQ(mount_at(kRoot + "/d").options, "rw,noexec,noatime");
  });
}

TEST_F(MountTest, ATmpfsKeepsTheModeOfWhatItCovers) {
  in_sandbox([] {
    make_folders(kRoot + "/tmp");
    must(chmod((kRoot + "/tmp").c_str(), 01770), "chmod");
    const RootDir root = take_root();
    mount_list(root, {mount("/tmp", "tmpfs", "tmpfs"), mount("/new", "tmpfs", "tmpfs"),
                      mount("/said", "tmpfs", "tmpfs", {"mode=0710", "uid=7"})});
    EXPECT_EQ(mode_of(kRoot + "/tmp"), 01770U);
    EXPECT_EQ(mode_of(kRoot + "/new"), 01777U);
    EXPECT_EQ(mode_of(kRoot + "/said"), 0710U);
    EXPECT_EQ(info(kRoot + "/said").st_uid, 7U);
  });
}

TEST_F(MountTest, BindsOfFilesAndFolders) {
  in_sandbox([] {
    make_folders(kWork + "/bundle/data/sub");
    write(kWork + "/bundle/data/file", "from the bundle\n");
    must(::mount("tmpfs", (kWork + "/bundle/data/sub").c_str(), "tmpfs", MS_NOEXEC, nullptr),
         "sub");
    write(kWork + "/bundle/data/sub/below");
    const RootDir root = take_root();
    umask(077);  // no part in what is made
    mount_list(root, {mount("/one", "bind", "data", {"bind"}),
                      mount("/all", "", kWork + "/bundle/data", {"rbind", "ro", "nosuid"}),
                      mount("/rro", "none", "data", {"rbind", "rro", "rnodev"}),
                      mount("/etc/deep/file", "bind", "data/file", {"bind", "ro"})});
    EXPECT_EQ(read(kRoot + "/one/file"), "from the bundle\n");
    EXPECT_FALSE(exists(kRoot + "/one/sub/below"));
    EXPECT_TRUE(exists(kRoot + "/all/sub/below"));
    EXPECT_EQ(write_error(kRoot + "/all/file"), EROFS);
    EXPECT_EQ(write_error(kRoot + "/all/sub/below"), 0);
    EXPECT_EQ(mount_at(kRoot + "/all").options, "ro,nosuid,relatime");
    EXPECT_EQ(write_error(kRoot + "/rro/sub/below"), EROFS);
    EXPECT_EQ(mount_at(kRoot + "/rro/sub").options, "ro,nodev,noexec,relatime");
    EXPECT_EQ(write_error(kRoot + "/etc/deep/file"), EROFS);
    EXPECT_EQ(mode_of(kRoot + "/etc"), 0755U);
    EXPECT_EQ(write_error(kWork + "/bundle/data/file"), 0);
  });
}

TEST_F(MountTest, WhatABindDoesNotNameItKeeps) {
  in_sandbox([] {
    make_folders(kWork + "/source");
    must(::mount("tmpfs", (kWork + "/source").c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOATIME,
                 nullptr),
         "source");
    const RootDir root = take_root();
    mount_list(root, {mount("/kept", "", kWork + "/source", {"bind", "ro"}),
                      mount("/cleared", "", kWork + "/source", {"bind", "suid", "dev", "relatime"}),
                      mount("/atime", "", kWork + "/source", {"rbind", "rstrictatime"})});
    EXPECT_EQ(mount_at(kRoot + "/kept").options, "ro,nosuid,nodev,noatime");
    EXPECT_EQ(mount_at(kRoot + "/cleared").options, "rw,relatime");
    EXPECT_EQ(mount_at(kRoot + "/atime").options, "rw,nosuid,nodev");
  });
}

TEST_F(MountTest, PropagationInTheOrderGiven) {
  in_sandbox([] {
    make_folders(kWork + "/source");
    must(::mount("tmpfs", (kWork + "/source").c_str(), "tmpfs", 0, nullptr), "source");
    must(::mount(nullptr, (kWork + "/source").c_str(), nullptr, MS_SHARED, nullptr), "shared");
    const RootDir root = take_root(oci::Propagation::RecursiveShared);
    mount_list(root, {mount("/plain", "", kWork + "/source", {"bind"}),
                      mount("/private", "", kWork + "/source", {"bind", "rprivate"}),
                      mount("/slave", "", kWork + "/source", {"bind", "rslave"}),
                      mount("/both", "", kWork + "/source", {"bind", "rslave", "rshared"}),
                      mount("/none", "tmpfs", "x", {"unbindable"})});
    const auto propagation = [](const char* at) { return mount_at(kRoot + at).propagation; };
    EXPECT_EQ(propagation("/plain").substr(0, 7), "shared:");
    EXPECT_EQ(propagation("/private"), "");
    EXPECT_EQ(propagation("/slave").substr(0, 7), "master:");
    EXPECT_NE(propagation("/both").find("shared:"), std::string::npos);
    EXPECT_NE(propagation("/both").find("master:"), std::string::npos);
    EXPECT_EQ(propagation("/none"), "unbindable ");
  });
}

TEST_F(MountTest, Remount) {
  in_sandbox([] {
    make_folders(kRoot + "/plain");
    const RootDir root = take_root();
    mount_list(root, {mount("/t", "tmpfs", "tmpfs", {"size=64k"}),
                      mount("/t", "tmpfs", "tmpfs", {"remount", "size=128k", "noexec"}),
                      mount("/b", "", kWork + "/bundle", {"bind"}),
                      mount("/b", "", "", {"remount", "bind", "ro"})});
    EXPECT_EQ(mount_at(kRoot + "/t").options, "rw,noexec,relatime");
    EXPECT_TRUE(has(mount_at(kRoot + "/t").filesystem_options, "size=128k"));
    EXPECT_EQ(mount_at(kRoot + "/b").options, "ro,relatime");
    EXPECT_EQ(error_of([&] {
                mount_list(root, {mount("/plain", "", "", {"remount", "ro"})});
              }),
              "mounts[0] /plain: nothing is mounted there: Invalid argument (EINVAL)");
  });
}

TEST_F(MountTest, ReadOnlyTmpfsAndDevComeLater) {
  in_sandbox([] {
    const RootDir root = take_root();
    const MountedTree tree = mount_list(
        root,
        {mount("/dev", "tmpfs", "tmpfs", {"ro", "mode=755"}), mount("/t", "tmpfs", "tmpfs", {"ro"}),
         mount("/t/inner", "tmpfs", "tmpfs"), mount("/sys", "sysfs", "s", {"ro"})});
    EXPECT_TRUE(has(mount_at(kRoot + "/t").options, "rw"));
    EXPECT_TRUE(has(mount_at(kRoot + "/sys").options, "ro"));
    make_devices(root, {}, tree);
    finish_read_only(root, tree, false);
    EXPECT_TRUE(has(mount_at(kRoot + "/dev").options, "ro"));
    EXPECT_TRUE(has(mount_at(kRoot + "/t").options, "ro"));
    EXPECT_TRUE(has(mount_at(kRoot + "/t/inner").options, "rw"));
    EXPECT_TRUE(exists(kRoot + "/dev/null"));
    EXPECT_EQ(write_error(kRoot + "/dev/null"), 0);
  });
}

TEST_F(MountTest, ErrorsNameTheMountAndTheReason) {
  in_sandbox([] {
    make_folders(kRoot + "/folder");
    write(kRoot + "/file");
    write(kWork + "/bundle/one");
    const RootDir root = take_root();
    const auto failing = [&](const oci::Mount& wrong) {
      return error_of([&] { mount_list(root, {mount("/ok", "tmpfs", "t"), wrong}); });
    };
    EXPECT_EQ(failing(mount("/x", "bind", "/nonexistent", {"bind"})),
              "mounts[1] /x (bind of /nonexistent): bind source: open_tree /nonexistent: not found "
              "(ENOENT)");
    EXPECT_EQ(failing(mount("/x", "nosuchfs", "n")),
              "mounts[1] /x (nosuchfs of n): unknown filesystem type \"nosuchfs\"");
    EXPECT_EQ(failing(mount("/folder", "", "one", {"bind"})),
              cat("mounts[1] /folder (bind of ", kWork,
                  "/bundle/one): the source is not a directory, the destination is"));
    EXPECT_EQ(failing(mount("/file", "tmpfs", "t")),
              "mounts[1] /file (tmpfs of t): the destination is not a directory");
    const std::string option = failing(mount("/x", "tmpfs", "t", {"nonsense=1"}));
    EXPECT_EQ(option.find("mounts[1] /x (tmpfs of t): option \"nonsense=1\" of tmpfs"), 0U)
        << option;
  });
}

// S-01, S-02, S-03: each kind of mount, with each kind of link in its way.
TEST_F(MountTest, LinksInTheImageLeadNowhereOutside) {
  const char* targets[] = {"/outside-in", "../../../../../../../../outside-in", "//outside-in/.",
                           "chain", "/outside-in/"};
  for (const char* target : targets) {
    in_sandbox([&] {
      make_folders(kRoot);
      link(target, kRoot + "/link");
      link("/outside-in", kRoot + "/chain");
      link(kOutside, kRoot + "/outside");
      link(kOutside + "/marker", kRoot + "/marker");
      write(kWork + "/bundle/one", "one\n");
      const RootDir root = take_root();
      mount_list(root, {mount("/link/dir", "", kWork + "/bundle", {"rbind"}),
                        mount("/link/file", "", "one", {"bind"}), mount("/link/t", "tmpfs", "t"),
                        mount("/link/mqueue", "mqueue", "m"), mount("/link/pts", "devpts", "d"),
                        mount("/outside", "tmpfs", "t"), mount("/marker", "", "one", {"bind"})});
      for (const char* each : {"/dir", "/file", "/t", "/mqueue", "/pts"}) {
        EXPECT_NE(mount_at(kRoot + "/outside-in" + each).id, "") << target << each;
      }
      EXPECT_NE(mount_at(kRoot + kOutside).id, "");
      EXPECT_EQ(read(kOutside + "/marker"), "outside\n");
      EXPECT_EQ(mount_at(kOutside + "/marker").id, "");
    });
  }
}

// S-10
TEST_F(MountTest, ProcAndSysfsOnlyOnRealFolders) {
  for (const char* type : {"proc", "sysfs"}) {
    in_sandbox([&] {
      make_folders(kRoot + "/real");
      link("/real", kRoot + "/link");
      link("/nowhere", kRoot + "/dangling");
      link("real", kRoot + "/parent");
      write(kRoot + "/file");
      const RootDir root = take_root();
      for (const char* at : {"/link", "/dangling", "/parent/below", "/file"}) {
        EXPECT_NE(error_of([&] { mount_list(root, {mount(at, type, type)}); }), "") << at;
      }
      mount_list(root, {mount("/missing", type, type), mount("/real", type, type)});
      EXPECT_EQ(mount_at(kRoot + "/missing").type, type);
      EXPECT_EQ(names(kRoot), (std::vector<std::string>{"dangling", "file", "link", "missing",
                                                        "parent", "real"}));
    });
  }
}

// S-15, where links hide that it is /proc.
TEST_F(MountTest, NothingIsMountedOverProcfsByAnotherName) {
  in_sandbox([] {
    link("/proc", kRoot + "/p");
    link("/proc/sys", kRoot + "/s");
    write(kWork + "/bundle/cpuinfo", "none\n");
    const RootDir root = take_root();
    mount_list(root, {mount("/proc", "proc", "proc")});
    for (const char* at : {"/p", "/p/sys", "/s", "/s/kernel", "/p/version", "/p/cpuinfo"}) {
      const std::string text = error_of([&] {
        const bool is_file = std::string(at).find("version") != std::string::npos ||
                             std::string(at).find("info") != std::string::npos;
        mount_list(root, {is_file ? mount(at, "", "cpuinfo", {"bind"}) : mount(at, "tmpfs", "t")});
      });
      EXPECT_NE(text.find("the destination leads into procfs"), std::string::npos) << at << text;
    }
    mount_list(root, {mount("/proc/cpuinfo", "", "cpuinfo", {"bind"})});
    EXPECT_EQ(read(kRoot + "/proc/cpuinfo"), "none\n");
  });
}

TEST_F(MountTest, OnlyAProcfsIsBoundOnProc) {
  in_sandbox([] {
    const RootDir root = take_root();
    for (const char* source : {"/", "/proc/sys", "/proc/self"}) {
      const std::string text =
          error_of([&] { mount_list(root, {mount("/proc", "", source, {"rbind"})}); });
      EXPECT_NE(text.find("only a procfs may be bound on /proc"), std::string::npos) << text;
    }
    mount_list(root, {mount("/proc", "", "/proc", {"rbind", "nosuid"})});
    EXPECT_EQ(mount_at(kRoot + "/proc").type, "proc");
  });
}

TEST_F(MountTest, TheRootItselfIsNotCoveredByALink) {
  in_sandbox([] {
    link("/", kRoot + "/self");
    link("..", kRoot + "/up");
    const RootDir root = take_root();
    for (const char* at : {"/self", "/up"}) {
      EXPECT_NE(error_of([&] {
                  mount_list(root, {mount(at, "tmpfs", "t")});
                }).find("the destination is a link to the root itself"),
                std::string::npos);
    }
  });
}

// S-13
TEST_F(MountTest, LinksThatImagesReallyHaveWork) {
  in_sandbox([] {
    make_folders(kRoot + "/run");
    make_folders(kRoot + "/usr/bin");
    make_folders(kRoot + "/var");
    make_folders(kRoot + "/etc");
    link("/run", kRoot + "/var/run");
    link("usr/bin", kRoot + "/bin");
    link("/run/resolv.conf", kRoot + "/etc/resolv.conf");
    link("/dev/shm", kRoot + "/shm");
    write(kWork + "/bundle/one", "one\n");
    const RootDir root = take_root();
    mount_list(root,
               {mount("/run", "tmpfs", "t", {"mode=755"}), mount("/dev", "tmpfs", "t"),
                mount("/shm", "tmpfs", "shm"), mount("/sys", "sysfs", "s"),
                mount("/etc/resolv.conf", "", "one", {"bind", "ro"}),
                mount("/var/run/secrets", "tmpfs", "t"), mount("/bin/tool", "", "one", {"bind"})});
    EXPECT_EQ(read(kRoot + "/run/resolv.conf"), "one\n");
    EXPECT_NE(mount_at(kRoot + "/run/secrets").id, "");
    EXPECT_NE(mount_at(kRoot + "/dev/shm").id, "");
    EXPECT_EQ(read(kRoot + "/usr/bin/tool"), "one\n");
  });
}

// S-05, for as long as a unit test may take: a folder in the tree turns into a link and back.
TEST_F(MountTest, SwappedFoldersLeadNowhereOutside) {
  in_sandbox([] {
    make_folders(kRoot + "/vol/a");
    link(cat("/../../..", kOutside), kRoot + "/vol/b");
    must(::mount(kOutside.c_str(), kOutside.c_str(), nullptr, MS_BIND, nullptr), "bind");
    const RootDir root = take_root();
    const pid_t swapper = fork();
    if (swapper == 0) {
      const std::string a = kRoot + "/vol/a", b = kRoot + "/vol/b";
      for (;;) renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE);
    }
    for (int at = 0; at < 300; ++at) {
      error_of([&] { mount_list(root, {mount(cat("/vol/a/x", at, "/y"), "tmpfs", "t")}); });
    }
    kill(swapper, SIGKILL);
    waitpid(swapper, nullptr, 0);
    for (const MountLine& each : mount_lines()) {
      EXPECT_FALSE(each.point.starts_with(kOutside + "/")) << each.point;
    }
  });
}

}  // namespace
