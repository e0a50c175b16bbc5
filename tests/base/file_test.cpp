#include "base/file.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memfd.h"
#include "tests/support/scratch.h"

namespace sys {
namespace {

using base::BorrowedFd;

class FileTest : public ::testing::Test {
 protected:
  const test_support::ScratchFolder scratch;
  const OwnedFd dir = scratch.open();
};

TEST_F(FileTest, ReplaceFileLeavesOnlyTheFile) {
  replace_file(dir, "state", "one", 0600);
  replace_file(dir, "state", "two", 0600);
  EXPECT_EQ(read_file(dir, "state"), "two");
  EXPECT_EQ(list_directory(dir), std::vector<std::string>{"state"});
}

TEST_F(FileTest, ReplaceFileWritesThroughNoLink) {
  replace_file(dir, "victim", "one", 0600);
  symlinkat("victim", dir, ".state.tmp");
  replace_file(dir, "state", "two", 0600);
  EXPECT_EQ(read_file(dir, "victim"), "one");
  EXPECT_EQ(read_file(dir, "state"), "two");
}

// It would wait for a reader, or be somebody else's file.
TEST_F(FileTest, ReplaceFileTakesNothingThatIsThere) {
  ASSERT_EQ(::mkfifoat(dir.raw(), ".state.tmp", 0666), 0);
  replace_file(dir, "state", "one", 0600);
  EXPECT_EQ(fstat(openat(dir, "state", O_RDONLY)).st_mode, S_IFREG | 0600U);
}

TEST_F(FileTest, ReadAllEndsAtTheLimit) {
  replace_file(dir, "big", std::string(10000, 'x'), 0600);
  EXPECT_EQ(read_file(dir, "big", 10000).size(), 10000U);
  try {
    read_file(dir, "big", 9999);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.text(), "big: longer than 9999 bytes");
  }
}

TEST_F(FileTest, BeneathRefusesLinksAndWaysOut) {
  symlinkat("big", dir, "link");
  for (const char* path : {"link", "..", "/etc"}) {
    EXPECT_NE(try_openat2(dir, path, O_PATH, Resolve::kBeneath).error, 0) << path;
  }
}

TEST_F(FileTest, NoMagicLinksRefusesDescriptorsOfProc) {
  const std::string path = "/proc/self/fd/" + std::to_string(dir.raw());
  EXPECT_EQ(try_openat2(BorrowedFd::cwd(), path.c_str(), O_PATH, Resolve::kNoMagicLinks).error,
            ELOOP);
}

TEST_F(FileTest, TheLockIsSeenByOthers) {
  const OwnedFd other = openat(dir, ".", O_RDONLY | O_DIRECTORY);
  EXPECT_TRUE(flock(dir, LOCK_EX | LOCK_NB));
  EXPECT_FALSE(flock(other, LOCK_EX | LOCK_NB));
  EXPECT_TRUE(flock(dir, LOCK_UN));
  EXPECT_TRUE(flock(other, LOCK_EX | LOCK_NB));
}

TEST_F(FileTest, NewDescriptorsCloseOnExec) {
  EXPECT_EQ(fcntl(openat(dir, ".", O_RDONLY).raw(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(fcntl(openat2(dir, ".", O_PATH, Resolve::kBeneath).raw(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(fcntl(memfd_create("x").raw(), F_GETFD), FD_CLOEXEC);
}

TEST_F(FileTest, ASealedCopyIsTheSameAndFinal) {
  replace_file(dir, "program", std::string(100000, 'p'), 0700);
  const OwnedFd original = openat(dir, "program", O_RDWR);
  EXPECT_FALSE(is_sealed(original));
  const OwnedFd copy = memfd_create("program");
  EXPECT_FALSE(is_sealed(copy));
  copy_file(original, copy);
  ASSERT_TRUE(try_seal(copy));
  EXPECT_TRUE(is_sealed(copy));
  EXPECT_EQ(fstat(copy).st_size, 100000);
  EXPECT_EQ(pwrite(copy.raw(), "x", 1, 0), -1);
  EXPECT_EQ(errno, EPERM);
}

// A page in a pipe is one that somebody holds on to.
TEST_F(FileTest, WhatSomebodyHoldsIsNotSealed) {
  const OwnedFd file = memfd_create("held");
  ASSERT_EQ(pwrite(file.raw(), "x", 1, 0), 1);
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const OwnedFd reader(ends[0]);
  OwnedFd writer(ends[1]);
  loff_t place = 0;
  ASSERT_EQ(splice(file.raw(), &place, writer.raw(), nullptr, 1, 0), 1);
  EXPECT_FALSE(try_seal(file));
  writer.reset();
  EXPECT_EQ(base::read_all(reader, 10), "x");
  EXPECT_TRUE(try_seal(file));
}

}  // namespace
}  // namespace sys
