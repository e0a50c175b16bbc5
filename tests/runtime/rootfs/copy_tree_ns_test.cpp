// What becomes of a tree that a hostile image has, and who copies it. That everything an ordinary
// one has arrives is integration/tmpcopyup.bats.
#include <csignal>
#include <sys/xattr.h>

#include "runtime/rootfs/copy_tree.h"
#include "tests/runtime/rootfs/sandbox.h"

namespace {

using namespace rootfs_test;

using CopyTreeTest = SandboxTest;

const std::string kFrom = kWork + "/from";
const std::string kInto = kWork + "/into";

// Into a tmpfs of its own, as the mount does.
void mount_target(const char* options = "size=8m") {
  make_folders(kFrom);
  make_folders(kInto);
  must(::mount("tmpfs", kInto.c_str(), "tmpfs", 0, options), "target");
}

// That knows of one user and one group only.
void enter_user_namespace() {
  must(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
  write("/proc/self/setgroups", "deny");
  write("/proc/self/uid_map", "0 0 1");
  write("/proc/self/gid_map", "0 0 1");
}

void copy() {
  const OwnedFd from = sys::openat(BorrowedFd::cwd(), kFrom.c_str(), O_PATH | O_DIRECTORY);
  const OwnedFd into = sys::openat(BorrowedFd::cwd(), kInto.c_str(), O_PATH | O_DIRECTORY);
  copy_tree(from, into, sys::fstat(from));
}

TEST_F(CopyTreeTest, NamesOfOneObjectStayOne) {
  in_sandbox([] {
    mount_target();
    make_folders(kFrom + "/a/b");
    write(kFrom + "/a/one");
    must(::link((kFrom + "/a/one").c_str(), (kFrom + "/a/b/two").c_str()), "link");
    must(::link((kFrom + "/a/one").c_str(), (kFrom + "/three").c_str()), "link");
    link("/nowhere", kFrom + "/link");
    must(::link((kFrom + "/link").c_str(), (kFrom + "/a/link").c_str()), "link");
    write(kFrom + "/another");
    copy();
    EXPECT_EQ(info(kInto + "/three").st_nlink, 3U);
    EXPECT_EQ(info(kInto + "/three").st_ino, info(kInto + "/a/b/two").st_ino);
    EXPECT_EQ(info(kInto + "/link").st_ino, info(kInto + "/a/link").st_ino);
    EXPECT_EQ(info(kInto + "/another").st_nlink, 1U);
  });
}

TEST_F(CopyTreeTest, NothingOfTheDefaultAclOrGroupOfAFolderSpreads) {
  in_sandbox([] {
    mount_target("size=8m,mode=2777,gid=77");
    make_folders(kFrom + "/a/b");
    write(kFrom + "/a/file");
    // Version 2; user::rwx, group::rwx, other::rwx.
    const std::string acl(
        "\2\0\0\0\1\0\7\0\377\377\377\377\4\0\7\0\377\377\377\377\x20\0\7\0\377\377\377\377", 28);
    must(setxattr((kFrom + "/a").c_str(), "system.posix_acl_default", acl.data(), acl.size(), 0),
         "setxattr");
    copy();
    EXPECT_EQ(info(kInto + "/a").st_gid, 0U);
    EXPECT_EQ(mode_of(kInto + "/a"), 0755U);
    EXPECT_EQ(mode_of(kInto + "/a/file"), 0644U);
    EXPECT_EQ(info(kInto + "/a/file").st_gid, 0U);
    EXPECT_EQ(mode_of(kInto + "/a/b"), 0755U);
    EXPECT_GT(getxattr((kInto + "/a").c_str(), "system.posix_acl_default", nullptr, 0), 0);
    EXPECT_LT(getxattr((kInto + "/a/b").c_str(), "system.posix_acl_default", nullptr, 0), 0);
  });
}

TEST_F(CopyTreeTest, MountsBelowAreNotEntered) {
  in_sandbox([] {
    mount_target();
    make_folders(kFrom + "/a/mounted");
    write(kFrom + "/a/mounted/covered");
    write(kFrom + "/file");
    must(::mount(kOutside.c_str(), (kFrom + "/a/mounted").c_str(), nullptr, MS_BIND, nullptr),
         "folder");
    must(::mount((kOutside + "/marker").c_str(), (kFrom + "/file").c_str(), nullptr, MS_BIND,
                 nullptr),
         "file");
    copy();
    EXPECT_EQ(names(kInto), std::vector<std::string>{"a"});
    EXPECT_EQ(names(kInto + "/a"), std::vector<std::string>{});
  });
}

TEST_F(CopyTreeTest, APathThatIsTooLongIsAnError) {
  in_sandbox([] {
    mount_target();
    const std::string name(200, 'd');
    OwnedFd at = sys::openat(BorrowedFd::cwd(), kFrom.c_str(), O_RDONLY);
    for (int depth = 0; depth < 25; ++depth) {
      sys::mkdirat_if_absent(at, name.c_str(), 0755);
      at = sys::openat(at, name.c_str(), O_RDONLY);
    }
    const std::string text = error_of(copy);
    EXPECT_EQ(text.find("tmpcopyup of dddd"), 0U) << text;
    EXPECT_NE(text.find("(ENAMETOOLONG)"), std::string::npos) << text;
  });
}

TEST_F(CopyTreeTest, AnOwnerUnknownHereActsForNobody) {
  in_sandbox([] {
    make_folders(kFrom);
    make_folders(kInto);
    write(kFrom + "/program");
    must(chown((kFrom + "/program").c_str(), 1000, 1000), "chown");
    must(chmod((kFrom + "/program").c_str(), 06755), "chmod");
    in_sandbox_child([] {
      enter_user_namespace();
      must(::mount("tmpfs", kInto.c_str(), "tmpfs", 0, nullptr), "target");
      copy();
      EXPECT_EQ(info(kInto + "/program").st_uid, 0U);
      EXPECT_EQ(mode_of(kInto + "/program"), 0755U);
      EXPECT_EQ(read(kInto + "/program"), "x\n");
    });
  });
}

TEST_F(CopyTreeTest, DevicesThatMayNotBeMadeAreLeftOut) {
  in_sandbox([] {
    make_folders(kFrom);
    make_folders(kInto);
    must(mknod((kFrom + "/null").c_str(), S_IFCHR | 0666, makedev(1, 3)), "mknod");
    must(mkfifo((kFrom + "/fifo").c_str(), 0640), "mkfifo");
    must(mknod((kFrom + "/socket").c_str(), S_IFSOCK | 0755, 0), "socket");
    in_sandbox_child([] {
      enter_user_namespace();
      must(::mount("tmpfs", kInto.c_str(), "tmpfs", 0, nullptr), "target");
      copy();
      EXPECT_EQ(names(kInto), (std::vector<std::string>{"fifo", "socket"}));
      EXPECT_EQ(info(kInto + "/socket").st_mode, mode_t{S_IFSOCK | 0755});
    });
  });
}

// For as long as a unit test may take: what is a file or folder one moment is a link to the outside
// the next.
TEST_F(CopyTreeTest, ATreeThatChangesLeadsNowhereOutside) {
  in_sandbox([] {
    mount_target();
    make_folders(kFrom + "/folder");
    write(kFrom + "/file", "inside\n");
    link(kOutside + "/marker", kFrom + "/file-link");
    link(kOutside, kFrom + "/folder-link");
    const pid_t swapper = fork();
    if (swapper == 0) {
      for (;;) {
        for (const char* each : {"/file", "/folder"}) {
          const std::string one = kFrom + each, other = one + "-link";
          renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE);
        }
      }
    }
    for (int round = 0; round < 100; ++round) {
      error_of(copy);
      EXPECT_EQ(std::system(cat("cd ", kInto, " && ! grep -rqx outside . && rm -rf *").c_str()), 0);
    }
    kill(swapper, SIGKILL);
    waitpid(swapper, nullptr, 0);
  });
}

}  // namespace
