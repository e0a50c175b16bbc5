// A temporary folder of plain files that stands for a cgroup.
#pragma once

#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/text.h"

namespace runtime::cgroup::test {

class Folder {
 public:
  Folder() : path_("/tmp/cgroup.XXXXXX") { EXPECT_NE(mkdtemp(path_.data()), nullptr); }
  ~Folder() {
    const base::OwnedFd folder = open();
    for (const std::string& name : sys::list_directory(folder)) {
      sys::unlinkat_if_exists(folder, name.c_str(), 0);
    }
    sys::unlinkat_if_exists(base::BorrowedFd::cwd(), path_.c_str(), AT_REMOVEDIR);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void put(const std::string& name, std::string_view text) const {
    const auto file = sys::openat(base::BorrowedFd::cwd(), base::cat(path_, "/", name).c_str(),
                                  O_WRONLY | O_CREAT | O_EXCL, 0600);
    base::write_all(file, text);
  }
  base::OwnedFd open() const {
    return sys::openat(base::BorrowedFd::cwd(), path_.c_str(), O_PATH | O_DIRECTORY);
  }

 private:
  std::string path_;
};

}  // namespace runtime::cgroup::test
