// A folder for one test.
#pragma once

#include <string>

#include "base/fd.h"

namespace test_support {

// Made empty, mode 0700, and removed with all that is in it.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::string& parent = "/tmp");
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  // Of the folder itself, or of what has that name in it.
  const std::string& path() const { return path_; }
  std::string path(const std::string& name) const { return path_ + "/" + name; }

  // For reading its names; what is in it can be opened by it, too.
  base::OwnedFd open() const;

 private:
  std::string path_;
};

}  // namespace test_support
