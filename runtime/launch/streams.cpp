#include "runtime/launch/streams.h"

#include <unistd.h>

#include "base/file.h"
#include "base/mount.h"
#include "base/terminal.h"
#include "base/text.h"

namespace runtime {

namespace {

using base::BorrowedFd;
using base::cat;

std::string hexadecimal(std::uint64_t number) {
  std::string digits(16, '\0');
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16);
  digits.resize(static_cast<std::size_t>(result.ptr - digits.data()));
  return digits;
}

std::string name_of(BorrowedFd stream) {
  std::string name =
      sys::readlinkat(BorrowedFd::cwd(), cat("/proc/self/fd/", stream.raw()).c_str());
  if (!name.starts_with('/') || isatty(stream.raw()) != 0) return name;
  const sys::Placement place = sys::statx(stream);
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
