// The folders of a checkpoint: that of the images, and that where CRIU works and leaves its log.
#pragma once

#include <string>

#include "base/fd.h"
#include "runtime/criu/request.h"

namespace runtime {

struct ImageFolders {
  base::OwnedFd images;
  base::OwnedFd work;
};

// Made if missing, except the images' when they are to be read. An empty `work_path` is the
// images'.
ImageFolders open_image_folders(criu::Action action, const std::string& image_path,
                                const std::string& work_path);

// After CRIU failed: throws what its log says of that.
[[noreturn]] void report_failure(criu::Action action, base::BorrowedFd work);

}  // namespace runtime
