#include "tests/support/scratch.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"

namespace test_support {

ScratchFolder::ScratchFolder(const std::string& parent) : path_(parent + "/runtime-test-XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) throw base::Error("mkdtemp", errno);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

base::OwnedFd ScratchFolder::open() const {
  return sys::openat(base::BorrowedFd::cwd(), path_.c_str(), O_RDONLY | O_DIRECTORY);
}

}  // namespace test_support
