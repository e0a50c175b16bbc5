#include "base/remove_content.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/support/scratch.h"

namespace base {
namespace {

OwnedFd folder_at(BorrowedFd dir, const char* name) {
  sys::mkdirat_if_absent(dir, name, 0700);
  return sys::openat(dir, name, O_RDONLY | O_DIRECTORY);
}

void make_file(BorrowedFd dir, const char* name) {
  sys::openat(dir, name, O_WRONLY | O_CREAT, 0600);
}

TEST(RemoveContent, WhateverIsThereButWhatLinksLeadTo) {
  const test_support::ScratchFolder scratch;
  const OwnedFd outside = folder_at(BorrowedFd::cwd(), scratch.path().c_str());
  make_file(outside, "kept");
  const OwnedFd top = folder_at(outside, "top");
  sys::symlinkat("..", top, "link");
  const OwnedFd below = folder_at(top, "below");
  sys::symlinkat("../../kept", below, "link");
  folder_at(below, "empty");
  make_file(folder_at(below, "full"), "file");
  remove_content(top);
  EXPECT_TRUE(sys::list_directory(top).empty());
  EXPECT_EQ(sys::try_unlinkat(outside, "kept"), 0);
}

TEST(RemoveContent, DeeperThanAPathOrTheStackOrDescriptorsReach) {
  const test_support::ScratchFolder scratch;
  const OwnedFd top = folder_at(BorrowedFd::cwd(), scratch.path().c_str());
  constexpr int kDepth = 1200;
  OwnedFd deepest = folder_at(top, "one");
  for (int i = 0; i < kDepth; ++i) {
    deepest = folder_at(deepest, "deeper");
    sys::mkdirat_if_absent(deepest, "beside", 0700);
  }
  remove_content(top);
  EXPECT_TRUE(sys::list_directory(top).empty());
}

}  // namespace
}  // namespace base
