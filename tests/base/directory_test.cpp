// RootDir against a real directory: where links lead, and what is created where.
#include "base/directory.h"

#include <cerrno>
#include <gtest/gtest.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "tests/support/scratch.h"

namespace {

using base::BorrowedFd;
using base::cat;
using base::Links;
using base::OwnedFd;
using base::RootDir;

// A scratch folder with root/, which the tests work in, and outside/, which must stay as it is.
class RootDirTest : public testing::Test {
 protected:
  RootDirTest() {
    make_folder("root");
    make_folder("outside");
    write("outside/marker");
    root_ = std::make_unique<RootDir>(
        sys::openat(BorrowedFd::cwd(), path("root").c_str(), O_PATH | O_DIRECTORY));
    previous_umask_ = umask(022);
  }
  ~RootDirTest() override {
    umask(previous_umask_);
    EXPECT_EQ(names("outside"), std::vector<std::string>{"marker"});
  }

  std::string path(const std::string& name) const { return scratch_.path(name); }
  void make_folder(const std::string& name) const { ASSERT_EQ(mkdir(path(name).c_str(), 0755), 0); }
  void write(const std::string& name) const {
    sys::openat(BorrowedFd::cwd(), path(name).c_str(), O_WRONLY | O_CREAT, 0644);
  }
  void link(const std::string& target, const std::string& name) const {
    ASSERT_EQ(symlink(target.c_str(), path(name).c_str()), 0);
  }
  std::vector<std::string> names(const std::string& folder) const {
    return sys::list_directory(sys::openat(BorrowedFd::cwd(), path(folder).c_str(), O_RDONLY));
  }
  // The object of that name, "" if there is none; `name` from the scratch folder, nothing followed.
  struct stat info(const std::string& name) const {
    struct stat result {};
    EXPECT_EQ(lstat(path(name).c_str(), &result), 0) << name;
    return result;
  }
  bool exists(const std::string& name) const {
    struct stat result {};
    return lstat(path(name).c_str(), &result) == 0;
  }
  bool is(BorrowedFd fd, const std::string& name) const {
    const struct stat found = sys::fstat(fd);
    const struct stat wanted = info(name);
    return found.st_dev == wanted.st_dev && found.st_ino == wanted.st_ino;
  }
  int error_of(const std::string& wanted, Links links = Links::Follow) const {
    try {
      root_->ensure_directory(wanted, links);
      return 0;
    } catch (const base::Error& error) {
      return error.code();
    }
  }

  const test_support::ScratchFolder scratch_;
  std::unique_ptr<RootDir> root_;
  mode_t previous_umask_ = 0;
};

TEST_F(RootDirTest, FollowsLinksInsideTheRoot) {
  make_folder("root/run");
  make_folder("root/run/lock");
  make_folder("root/var");
  link("/run", "root/var/run");
  link("../run/lock", "root/var/lock");
  EXPECT_TRUE(is(root_->open("/var/run"), "root/run"));
  EXPECT_TRUE(is(root_->open("var/run/lock"), "root/run/lock"));
  EXPECT_TRUE(is(root_->open("//var/./lock/"), "root/run/lock"));
  EXPECT_TRUE(is(root_->open(""), "root"));
  EXPECT_TRUE(is(root_->open("/"), "root"));
}

TEST_F(RootDirTest, LeadsNowhereOutside) {
  link(path("outside"), "root/absolute");
  link("../../../../../../../../tmp", "root/relative");
  for (const char* wanted : {"absolute", "absolute/", "absolute/.", "absolute/marker", "relative",
                             "../outside", "../../outside/marker"}) {
    EXPECT_FALSE(root_->find(wanted)) << wanted;
  }
}

TEST_F(RootDirTest, RefusesLinksWhenAsked) {
  make_folder("root/real");
  link("real", "root/link");
  EXPECT_TRUE(is(root_->open("real", O_PATH, Links::Refuse), "root/real"));
  EXPECT_EQ(error_of("link", Links::Refuse), ELOOP);
  EXPECT_EQ(error_of("link/below", Links::Refuse), ELOOP);
  link("nothing", "root/dangling");
  EXPECT_EQ(error_of("dangling", Links::Refuse), ELOOP);
  EXPECT_FALSE(exists("root/nothing"));
}

TEST_F(RootDirTest, FindsALastLinkItselfWhenAsked) {
  constexpr Links kButLast = Links::FollowButLast;
  make_folder("root/real");
  link("real", "root/link");
  link("/missing", "root/dangling");
  EXPECT_TRUE(is(root_->open("link", O_PATH, kButLast), "root/link"));
  EXPECT_TRUE(is(root_->ensure_file("dangling", kButLast), "root/dangling"));
  EXPECT_TRUE(is(root_->ensure_directory("real", kButLast), "root/real"));
  EXPECT_FALSE(exists("root/missing"));
  // Before the last they lead where they always do, and what is missing is made.
  EXPECT_TRUE(is(root_->ensure_file("link/file", kButLast), "root/real/file"));
  EXPECT_TRUE(is(root_->ensure_directory("dangling/a/b", kButLast), "root/missing/a/b"));
  link("nowhere", "root/real/link");
  EXPECT_TRUE(is(root_->ensure_directory("link/link", kButLast), "root/real/link"));
}

TEST_F(RootDirTest, FollowsAsManyLinksAsTheKernel) {
  make_folder("root/end");
  link("end", "root/l1");
  for (int at = 2; at <= 41; ++at) link(cat("l", at - 1), cat("root/l", at));
  EXPECT_TRUE(is(root_->open("l40"), "root/end"));
  EXPECT_EQ(error_of("l41"), ELOOP);
}

TEST_F(RootDirTest, CreatesWhatIsMissing) {
  EXPECT_TRUE(is(root_->ensure_directory("/a/b/c"), "root/a/b/c"));
  EXPECT_EQ(info("root/a/b").st_mode, static_cast<mode_t>(S_IFDIR | 0755));
  EXPECT_TRUE(is(root_->ensure_file("/a/x/file"), "root/a/x/file"));
  EXPECT_EQ(info("root/a/x/file").st_mode, static_cast<mode_t>(S_IFREG | 0644));
  EXPECT_TRUE(is(root_->ensure_directory("a//b/./c/"), "root/a/b/c"));
}

TEST_F(RootDirTest, TakesWhatIsThere) {
  write("root/file");
  make_folder("root/folder");
  EXPECT_TRUE(is(root_->ensure_file("file"), "root/file"));
  EXPECT_TRUE(is(root_->ensure_file("folder"), "root/folder"));
  EXPECT_TRUE(is(root_->ensure_directory("file"), "root/file"));
  EXPECT_EQ(error_of("file/below"), ENOTDIR);
}

TEST_F(RootDirTest, CreatesThroughDanglingLinksInside) {
  link(path("outside/new"), "root/absolute");
  link("../../../deep/er", "root/relative");
  make_folder("root/sub");
  link("../sibling", "root/sub/up");
  const std::string inside = cat("root", path("outside/new"));
  EXPECT_TRUE(is(root_->ensure_directory("absolute"), inside));
  EXPECT_TRUE(is(root_->ensure_directory("absolute/x/y"), inside + "/x/y"));
  EXPECT_TRUE(is(root_->ensure_file("relative/file"), "root/deep/er/file"));
  EXPECT_TRUE(is(root_->ensure_directory("sub/up/z"), "root/sibling/z"));
}

TEST_F(RootDirTest, CreatesThroughDanglingLinksBehindLinks) {
  make_folder("root/usr");
  make_folder("root/usr/lib");
  link("usr/lib", "root/lib");
  link("../modules", "root/usr/lib/modules");
  // ".." of a link in /usr/lib is /usr, whichever way one came.
  EXPECT_TRUE(is(root_->ensure_directory("lib/modules/6.1"), "root/usr/modules/6.1"));
}

TEST_F(RootDirTest, EndsInLoops) {
  link("b", "root/a");
  link("a", "root/b");
  link("grow/x", "root/grow");
  EXPECT_EQ(error_of("a"), ELOOP);
  EXPECT_EQ(error_of("a/b"), ELOOP);
  EXPECT_EQ(error_of("grow"), ELOOP);
}

TEST_F(RootDirTest, DoesNotGuessWhereMissingFoldersParentIs) {
  EXPECT_THROW(root_->ensure_directory("missing/../x"), base::Error);
  EXPECT_FALSE(exists("root/x"));
}

TEST(CleanedPath, IsLexical) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "/"},
      {"/", "/"},
      {"a/b", "/a/b"},
      {"//a///b/", "/a/b"},
      {"/a/./b/.", "/a/b"},
      {"/a/../b", "/b"},
      {"/../../../tmp/x", "/tmp/x"},
      {"/a/b/../..", "/"},
      {"/...", "/..."},
  };
  for (const auto& [path, cleaned] : rows) EXPECT_EQ(base::cleaned_path(path), cleaned) << path;
}

}  // namespace
