// Without SELinux the kernel stores labels, and root may set them, all the same.
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "runtime/security/relabel.h"
#include "tests/support/forked.h"

namespace {

using base::cat;
using runtime::security::belongs_to_host;

constexpr const char* kLabel = "system_u:object_r:container_file_t:s0:c1,c2";
const std::string kWork = cat("/tmp/relabel-test.", getpid());

void sh(const std::string& script) {
  ASSERT_EQ(std::system(cat("cd ", kWork, " && { ", script, "; }").c_str()), 0) << script;
}

std::string label_of(const std::string& path) {
  char value[256] = {};
  const auto length = lgetxattr(cat(kWork, "/", path).c_str(), "security.selinux", value, 255);
  return length < 0 ? cat("errno ", errno) : std::string(value, static_cast<std::size_t>(length));
}
const std::string kStored = std::string(kLabel) + '\0';
const std::string kNone = cat("errno ", ENODATA);

std::size_t relabel(const std::string& path, const char* label = kLabel) {
  std::size_t seen = 0;
  const base::OwnedFd top =
      sys::openat(base::BorrowedFd::cwd(), cat(kWork, "/", path).c_str(), O_PATH);
  runtime::security::relabel(top, label, [&](std::size_t count) { seen = count; });
  return seen;
}

// In a tmpfs that nobody else sees.
void in_sandbox(const std::function<void()>& body) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  if (access("/sys/fs/selinux/enforce", F_OK) == 0)
    GTEST_SKIP() << "SELinux would judge the labels";
  mkdir(kWork.c_str(), 0700);
  test_support::in_child(
      [&] {
        ASSERT_EQ(mount("none", "/", "", MS_REC | MS_PRIVATE, nullptr), 0);
        ASSERT_EQ(mount("tmpfs", kWork.c_str(), "tmpfs", 0, ""), 0);
        body();
      },
      CLONE_NEWNS);
  rmdir(kWork.c_str());
}

TEST(Relabel, ReachesEverythingInTheTreeAndNothingElse) {
  in_sandbox([] {
    sh("mkdir -p tree/a/b outside/folder tree/mounted && echo x >tree/file && echo x "
       ">tree/a/b/file "
       "&& echo x >outside/file && ln -s ../outside tree/link && ln -s ../outside/file tree/a/link "
       "&& mkfifo tree/fifo && mknod tree/null c 1 3 && chmod 000 tree/a/b/file");
    ASSERT_EQ(mount("tmpfs", cat(kWork, "/tree/mounted").c_str(), "tmpfs", 0, ""), 0);
    sh("echo x >tree/mounted/file");
    ASSERT_EQ(mount(cat(kWork, "/outside/file").c_str(), cat(kWork, "/tree/a/b/file").c_str(), "",
                    MS_BIND, nullptr),
              0);
    relabel("tree");
    for (const char* path : {"tree", "tree/a", "tree/a/b", "tree/file", "tree/link", "tree/a/link",
                             "tree/fifo", "tree/null"}) {
      EXPECT_EQ(label_of(path), kStored) << path;
    }
    for (const char* path : {"outside", "outside/file", "outside/folder", "tree/mounted",
                             "tree/mounted/file", "tree/a/b/file", "."}) {
      EXPECT_EQ(label_of(path), kNone) << path;
    }
  });
}

TEST(Relabel, AFileOfItsOwn) {
  in_sandbox([] {
    sh("echo x >file && echo x >other");
    relabel("file");
    EXPECT_EQ(label_of("file"), kStored);
    EXPECT_EQ(label_of("other"), kNone);
  });
}

TEST(Relabel, LeavesAloneWhatHasTheLabel) {
  in_sandbox([] {
    sh("mkdir tree && echo x >tree/file");
    relabel("tree");
    ASSERT_EQ(mount("", kWork.c_str(), "", MS_REMOUNT | MS_RDONLY, nullptr), 0);
    relabel("tree");
    EXPECT_EQ(test_support::error_of([] { relabel("tree", "u:object_r:other_t:s0"); }),
              "setxattr: Read-only file system (EROFS)");
  });
}

TEST(Relabel, SaysHowFarItIs) {
  in_sandbox([] {
    sh("mkdir tree && cd tree && seq 2500 | xargs touch");
    EXPECT_EQ(relabel("tree"), 2000U);
    EXPECT_EQ(label_of("tree/2500"), kStored);
  });
}

TEST(Relabel, WhatIsTheHosts) {
  for (const char* path : {"/", "/etc", "/etc/ssl/certs", "/usr", "/usr/share/x", "/var",
                           "/var/lib", "/home", "/root", "/proc/1", "/sys", "/dev/shm"}) {
    EXPECT_TRUE(belongs_to_host(path)) << path;
  }
  for (const char* path : {"/srv/www", "/home/user/data", "/var/lib/app", "/etcetera", "/tmp/x",
                           "/usr2", "/opt/app", "/data"}) {
    EXPECT_FALSE(belongs_to_host(path)) << path;
  }
}

}  // namespace
