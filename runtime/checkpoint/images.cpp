#include "runtime/checkpoint/images.h"

#include "base/error.h"
#include "base/file.h"
#include "base/make_folders.h"
#include "base/text.h"
#include "runtime/criu/log.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::OwnedFd;

namespace {

constexpr mode_t kMode = 0700;  // as much a secret as the memory of the container
constexpr std::size_t kLargestLog = std::size_t{256} << 20;

enum class Missing { Made, Refused };

OwnedFd open_folder(const char* option, const std::string& path, Missing missing) {
  const base::Context opening{[&] { return option; }};
  if (missing == Missing::Made) base::make_folders(path, kMode);
  return sys::openat(BorrowedFd::cwd(), path.c_str(), O_RDONLY | O_DIRECTORY);
}

}  // namespace

ImageFolders open_image_folders(criu::Action action, const std::string& image_path,
                                const std::string& work_path) {
  const bool reads = action == criu::Action::Restore;
  ImageFolders folders;
  folders.images =
      open_folder("--image-path", image_path, reads ? Missing::Refused : Missing::Made);
  folders.work = work_path.empty() ? base::duplicate(folders.images)
                                   : open_folder("--work-path", work_path, Missing::Made);
  return folders;
}

void report_failure(criu::Action action, BorrowedFd work) {
  const char* name = criu::log_name(action);
  const auto log = sys::try_read_file(work, name, kLargestLog);
  const std::string errors = log.error == 0 ? criu::last_errors(log.bytes) : "";
  throw base::Error(cat("criu failed: ", errors.empty() ? "it doesn't say why" : errors, " (",
                        base::shown_path(sys::path_of(work)), "/", name, ")"));
}

}  // namespace runtime
