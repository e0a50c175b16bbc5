#include "tests/support/scratch.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <system_error>

#include "base/error.h"
#include "base/file.h"

namespace test_support {

ScratchFolder::ScratchFolder(const std::string& parent) : path_(parent + "/runtime-test-XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) throw base::Error("mkdtemp", errno);
}

ScratchFolder::~ScratchFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
  EXPECT_FALSE(error) << path_ << ": " << error.message();
}

base::OwnedFd ScratchFolder::open() const {
  return sys::openat(base::BorrowedFd::cwd(), path_.c_str(), O_RDONLY | O_DIRECTORY);
}

}  // namespace test_support
