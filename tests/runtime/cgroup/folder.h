// A temporary folder of plain files that stands for a cgroup.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "base/file.h"
#include "tests/support/scratch.h"

namespace runtime::cgroup::test {

class Folder {
 public:
  void put(const std::string& name, std::string_view text) const {
    const auto file = sys::openat(base::BorrowedFd::cwd(), scratch_.path(name).c_str(),
                                  O_WRONLY | O_CREAT | O_EXCL, 0600);
    base::write_all(file, text);
  }
  base::OwnedFd open() const { return scratch_.open(); }

 private:
  const test_support::ScratchFolder scratch_;
};

}  // namespace runtime::cgroup::test
