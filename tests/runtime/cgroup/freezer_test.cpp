// What is said to a freezer that doesn't complete: plain files stand for its cgroup.
#include "runtime/cgroup/freezer.h"

#include <chrono>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "tests/runtime/cgroup/folder.h"
#include "tests/support/forked.h"

namespace {

using namespace runtime::cgroup;
using base::cat;

TEST(Freezer, IsThawedAgainWhenItDoesNotComplete) {
  const test::Folder folder;
  folder.put("cgroup.freeze", "0");
  folder.put("cgroup.events", "populated 1\nfrozen 0\n");
  folder.put("cgroup.procs", cat(getpid(), "\n"));
  const base::OwnedFd fd = folder.open();
  const std::string error = test_support::error_of([&] {
    freeze_all(fd, Version::V2, std::chrono::steady_clock::now() + std::chrono::milliseconds(5));
  });
  EXPECT_TRUE(error.starts_with(cat("can't freeze all processes of the container: ", getpid(),
                                    " (unit_runtime_cg) in state ")))
      << error;
  EXPECT_EQ(sys::read_file(fd, "cgroup.freeze"), "0");
}

TEST(Freezer, StaysFrozenWhenItCompletes) {
  const test::Folder folder;
  folder.put("cgroup.freeze", "0");
  folder.put("cgroup.events", "populated 1\nfrozen 1\n");
  const base::OwnedFd fd = folder.open();
  freeze_all(fd, Version::V2, std::chrono::steady_clock::now());
  EXPECT_EQ(sys::read_file(fd, "cgroup.freeze"), "1");
  thaw(fd, Version::V2);
  EXPECT_EQ(sys::read_file(fd, "cgroup.freeze"), "0");
}

}  // namespace
