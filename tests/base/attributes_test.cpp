#include "base/attributes.h"

#include <algorithm>
#include <cerrno>
#include <gtest/gtest.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memfd.h"
#include "tests/support/scratch.h"

namespace sys {
namespace {

class AttributesTest : public ::testing::Test {
 protected:
  const test_support::ScratchFolder scratch;
  const OwnedFd dir = scratch.open();
  const OwnedFd file = openat(dir, "file", O_RDWR | O_CREAT, 0600);
};

TEST_F(AttributesTest, NoneIsAnEmptyList) {
  // A policy may have labelled the file; nothing else is there.
  auto names = list_xattrs(file);
  std::erase_if(names, [](const std::string& name) { return name.starts_with("security."); });
  EXPECT_EQ(names, std::vector<std::string>{});
  EXPECT_EQ(try_get_xattr(file, "user.none").error, ENODATA);
}

TEST_F(AttributesTest, ValuesAreBytes) {
  const std::string value("a\0b", 3);
  const int error = try_set_xattr(file, "user.one", value);
  if (error == EOPNOTSUPP) GTEST_SKIP() << "/tmp takes no attributes";
  ASSERT_EQ(error, 0);
  EXPECT_EQ(try_set_xattr(file, "user.empty", ""), 0);
  const auto names = list_xattrs(file);
  EXPECT_EQ(std::count(names.begin(), names.end(), "user.one"), 1);
  EXPECT_EQ(std::count(names.begin(), names.end(), "user.empty"), 1);
  EXPECT_EQ(try_get_xattr(file, "user.one").bytes, value);
  EXPECT_EQ(try_get_xattr(file, "user.empty").bytes, "");
}

TEST_F(AttributesTest, ARefusalIsAnAnswer) {
  EXPECT_EQ(try_set_xattr(file, "nonsense", "x"), EOPNOTSUPP);
  EXPECT_EQ(try_set_xattr(BorrowedFd(-1), "user.x", "x"), EBADF);
}

TEST_F(AttributesTest, TimesOfLinksAreTheirOwn) {
  symlinkat("file", dir, "link");
  const OwnedFd link = openat(dir, "link", O_PATH | O_NOFOLLOW);
  struct stat wanted {};
  wanted.st_atim = {.tv_sec = 1, .tv_nsec = 2};
  wanted.st_mtim = {.tv_sec = 3, .tv_nsec = 4};
  set_times(link, wanted);
  EXPECT_EQ(fstat(link).st_atim.tv_sec, 1);
  EXPECT_EQ(fstat(link).st_mtim.tv_nsec, 4);
  EXPECT_NE(fstat(file).st_mtim.tv_sec, 3);
}

TEST_F(AttributesTest, CopyAllGoesOnWhereTheFileIs) {
  const OwnedFd from = openat(dir, "from", O_RDWR | O_CREAT, 0600);
  const std::string text(200000, 'x');
  base::write_all(from, text + "end");
  ASSERT_EQ(lseek(from.raw(), 199990, SEEK_SET), 199990);
  base::copy_all(from, file);
  EXPECT_EQ(read_file(dir, "file"), "xxxxxxxxxxend");
  ASSERT_EQ(lseek(file.raw(), 0, SEEK_SET), 0);
  EXPECT_THROW(base::copy_all(file, openat(dir, "from", O_RDONLY)), base::Error);
}

}  // namespace
}  // namespace sys
