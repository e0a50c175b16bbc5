#include "runtime/cgroup/tree.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "runtime/cgroup/location.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::OwnedFd;

namespace {

// The walk is below a root, hence no leading slash.
const char* relative(const std::string& path) {
  const auto start = path.find_first_not_of('/');
  return start == std::string::npos ? "." : path.c_str() + start;
}

// ENODEV: a folder of a hierarchy that is being unmounted or removed.
bool means_gone(int error) { return error == ENOENT || error == ENODEV; }

std::optional<OwnedFd> open_if_any(BorrowedFd root, const std::string& path, int flags) {
  auto opened = sys::try_openat2(root, relative(path), flags, sys::Resolve::kBeneath);
  if (opened.error == 0) return std::move(opened.fd);
  if (means_gone(opened.error)) return std::nullopt;
  throw base::Error(base::cat("openat2 cgroup ", base::quoted(path)), opened.error);
}

// What a cgroup with something in it answers, and what a folder of any other filesystem does.
bool means_busy(int error) { return error == EBUSY || error == ENOTEMPTY; }

OwnedFd open_parent(BorrowedFd dir) {
  // Safe here: cgroups never move to another parent, not even by renaming, so the way up is the way
  // we came. A stack of descriptors instead would let a container exhaust ours by nesting.
  return sys::openat(dir, "..", O_PATH | O_DIRECTORY);
}

// The walk: `enter` sees each folder before, `leave` each name (with its parent) after what is
// below.
class Walk {
 public:
  using Enter = std::function<void(BorrowedFd)>;
  using Leave = std::function<void(BorrowedFd parent, const std::string& name)>;

  Walk(Enter enter, Leave leave) : enter_(std::move(enter)), leave_(std::move(leave)) {}

  void below(BorrowedFd top) {
    current_ = sys::openat(top, ".", O_PATH | O_DIRECTORY);
    push_children();
    while (!pending_.empty()) {
      if (!pending_.back().empty()) {
        descend();
      } else {
        ascend();
      }
    }
  }

 private:
  void push_children() {
    enter_(current_);
    pending_.push_back(sys::list_subdirectories(current_));
  }

  void descend() {
    const std::string& name = pending_.back().back();
    auto opened = sys::try_openat2(current_, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW,
                                   sys::Resolve::kBeneath);
    if (opened.error != 0 && !means_gone(opened.error)) {
      throw base::Error(base::cat("openat2 ", base::quoted(name)), opened.error);
    }
    if (opened.error != 0) {
      pending_.back().pop_back();
      return;
    }
    current_ = std::move(opened.fd);
    push_children();
  }

  void ascend() {
    pending_.pop_back();
    if (pending_.empty()) return;
    current_ = open_parent(current_);
    const std::string name = std::move(pending_.back().back());
    pending_.back().pop_back();
    leave_(current_, name);
  }

  Enter enter_;
  Leave leave_;
  OwnedFd current_;
  std::vector<std::vector<std::string>> pending_;  // per level: names not yet done, last one first
};

// Below `dir`, not itself. What is busy stays; the caller sees it by not getting rid of `dir`.
void remove_below(BorrowedFd dir) {
  Walk([](BorrowedFd) {},
       [](BorrowedFd parent, const std::string& name) { sys::try_rmdirat(parent, name.c_str()); })
      .below(dir);
}

}  // namespace

std::optional<OwnedFd> open_folder(BorrowedFd root, const std::string& path) {
  return open_if_any(root, path, O_PATH | O_DIRECTORY);
}

std::optional<OwnedFd> open_file(BorrowedFd root, const std::string& path, std::string_view name) {
  return open_if_any(root, base::cat(path, "/", name), O_RDONLY);
}

std::size_t count_existing(BorrowedFd root, const std::string& path) {
  std::vector<std::string> left = components(path);
  // From the far end: usually only the last component is missing.
  while (!left.empty() && !open_folder(root, base::join(left, "/"))) left.pop_back();
  return left.size();
}

void walk(BorrowedFd top, const std::function<void(BorrowedFd)>& visit) {
  Walk(visit, [](BorrowedFd, const std::string&) {}).below(top);
}

bool remove_tree(BorrowedFd parent, const std::string& name, Deadline deadline) {
  for (int pause_ms = 1;; pause_ms = std::min(2 * pause_ms, 64)) {
    int error = sys::try_rmdirat(parent, name.c_str());
    if (means_busy(error)) {
      const auto dir = open_folder(parent, name);
      if (dir) remove_below(*dir);
      error = sys::try_rmdirat(parent, name.c_str());
    }
    if (error == 0 || means_gone(error)) return true;
    if (!means_busy(error))
      throw base::Error(base::cat("rmdir cgroup ", base::quoted(name)), error);
    const int left_ms = milliseconds_until(deadline);
    if (left_ms == 0) return false;
    sys::sleep_ms(std::min(pause_ms, left_ms));
  }
}

}  // namespace runtime::cgroup
