// Walking and removing folders, on plain ones: the code is the same as on cgroupfs.
#include "runtime/cgroup/tree.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/error.h"
#include "base/file.h"
#include "tests/support/scratch.h"

namespace runtime::cgroup {
namespace {

using base::BorrowedFd;
using base::OwnedFd;

class Tree : public testing::Test {
 protected:
  bool remove() {
    return remove_tree(root_, "top", std::chrono::steady_clock::now() + std::chrono::seconds(1));
  }
  OwnedFd make(const std::string& name) { return make_in(root_, name); }
  static OwnedFd make_in(BorrowedFd parent, const std::string& name) {
    sys::mkdirat_if_absent(parent, name.c_str(), 0755);
    return sys::openat(parent, name.c_str(), O_PATH | O_DIRECTORY);
  }

  // In memory, because a disk may take milliseconds for each removal.
  const test_support::ScratchFolder scratch_{"/dev/shm"};
  const OwnedFd root_ = scratch_.open();
};

TEST_F(Tree, IsWalkedFromAbove) {
  const OwnedFd top = make("top");
  make_in(make_in(top, "a"), "b");
  make_in(top, "c\nd");
  std::vector<std::string> seen;
  walk(top, [&](BorrowedFd dir) {
    seen.push_back(
        sys::readlinkat(BorrowedFd::cwd(), ("/proc/self/fd/" + std::to_string(dir.raw())).c_str()));
  });
  std::sort(seen.begin(), seen.end());
  const std::string base = scratch_.path("top");
  EXPECT_EQ(seen, (std::vector<std::string>{base, base + "/a", base + "/a/b", base + "/c\nd"}));
}

TEST_F(Tree, IsRemovedWhateverItsNames) {
  const OwnedFd top = make("top");
  for (const char* name : {"new\nline", "...", "..a", " ", "-rf", "\\040", "\xff\xfe"}) {
    make_in(make_in(top, name), name);
  }
  make_in(top, std::string(255, 'x'));
  EXPECT_TRUE(remove());
  EXPECT_TRUE(sys::list_directory(root_).empty());
  EXPECT_TRUE(remove()) << "gone is fine";
}

TEST_F(Tree, MayBeDeeperThanDescriptorsAndPathsGo) {
  constexpr rlim_t kDescriptors = 64;
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{kDescriptors, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &few);
  OwnedFd deepest = make("top");
  const std::string name(20, 'n');
  for (int depth = 0; depth < 1000; ++depth) deepest = make_in(deepest, name);
  EXPECT_TRUE(remove());
  EXPECT_TRUE(sys::list_directory(root_).empty());
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_F(Tree, ARemovedFolderIsAnEmptyOne) {
  const OwnedFd top = make("top");
  ASSERT_EQ(sys::try_rmdirat(root_, "top"), 0);
  int seen = 0;
  walk(top, [&](BorrowedFd) { ++seen; });
  EXPECT_EQ(seen, 1);
}

TEST_F(Tree, CountsWhatExists) {
  make_in(make("top"), "a");
  EXPECT_EQ(count_existing(root_, "/top/a/b/c"), 2U);
  EXPECT_EQ(count_existing(root_, "/top/a"), 2U);
  EXPECT_EQ(count_existing(root_, "/none"), 0U);
}

TEST_F(Tree, IsNotLeftThroughLinks) {
  sys::symlinkat("/", root_, "link");
  EXPECT_THROW(open_folder(root_, "/link"), base::Error);
  EXPECT_THROW(open_folder(root_, "/link/etc"), base::Error);
  EXPECT_THROW(open_folder(root_, "/../etc"), base::Error);
  EXPECT_FALSE(open_folder(root_, "/nothing").has_value());
}

}  // namespace
}  // namespace runtime::cgroup
