// A process that gives up the file it was started from, each in a child of its own.
#include <algorithm>
#include <cerrno>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memfd.h"
#include "base/own_image.h"
#include "base/text.h"
#include "tests/support/forked.h"

namespace sys {
namespace {

void in_child(const std::function<void()>& body) {
  const auto permitted = [] { return geteuid() == 0; };
  test_support::in_child_after(permitted, "PR_SET_MM_MAP takes a capability", body);
}

// Whether something is mapped from the file with this inode.
bool maps_file(const std::string& inode) {
  const std::string maps = read_file(BorrowedFd::cwd(), "/proc/self/maps");
  const auto lines = base::split(maps, '\n');
  return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) {
    const auto fields = base::split(line, ' ');
    return fields.size() > 4 && fields[4] == inode;
  });
}

std::string own_inode() {
  return base::cat(fstat(openat(BorrowedFd::cwd(), "/proc/self/exe", O_RDONLY)).st_ino);
}

int initialized = 1;

OwnedFd sealed(bool with_image) {
  OwnedFd file = memfd_create("test");
  if (with_image) copy_own_image(file);
  EXPECT_TRUE(try_seal(file));
  return file;
}

TEST(OwnImage, GoesOnFromAnotherFile) {
  in_child([] {
    const std::string inode = own_inode();
    initialized = 2;
    EXPECT_TRUE(maps_file(inode));
    map_own_image(sealed(true));
    EXPECT_FALSE(maps_file(inode));
    // Code, data, and the tables by which an exception finds its way.
    EXPECT_EQ(initialized, 2);
    EXPECT_THROW(throw base::Error("thrown"), base::Error);
    initialized = 3;
    EXPECT_EQ(initialized, 3);
  });
}

TEST(OwnImage, TheLinkIsSetOnceNothingIsMapped) {
  in_child([] {
    ExecutableLink link;
    const OwnedFd nothing = sealed(false);
    EXPECT_EQ(link.try_set(nothing), EBUSY);
    map_own_image(sealed(true));
    EXPECT_EQ(link.try_set(nothing), 0);
    EXPECT_EQ(readlinkat(BorrowedFd::cwd(), "/proc/self/exe"), "/memfd:test (deleted)");
  });
}

TEST(OwnImage, AnotherMayNotBeExecuted) {
  in_child([] {
    const OwnedFd folder = openat(BorrowedFd::cwd(), "/", O_RDONLY);
    EXPECT_EQ(ExecutableLink().try_set(folder), EACCES);
  });
}

}  // namespace
}  // namespace sys
