#include "runtime/launch/streams.h"

#include <unistd.h>

#include "base/file.h"
#include "base/mount.h"
#include "base/text.h"

namespace runtime {

namespace {

using base::BorrowedFd;
using base::cat;
using base::hexadecimal;

// What a checkpoint can find by where it lies.
bool is_file(const sys::Placement& place) {
  return S_ISREG(place.mode) || S_ISDIR(place.mode) || S_ISCHR(place.mode) || S_ISBLK(place.mode);
}

std::string name_of(BorrowedFd stream) {
  const sys::Placement place = sys::statx(stream);
  const bool is_terminal = S_ISCHR(place.mode) && isatty(stream.raw()) != 0;
  if (!is_file(place) || is_terminal) {
    std::string name = sys::path_of(stream);
    // A fifo may be a file as well.
    if (is_terminal || !name.starts_with('/')) return name;
  }
  return cat("file[", hexadecimal(place.mount_id), ":", hexadecimal(place.inode), "]");
}

}  // namespace

std::vector<std::string> name_streams() {
  std::vector<std::string> names;
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    names.push_back(name_of(BorrowedFd(number)));
  }
  return names;
}

}  // namespace runtime
