#include "runtime/security/relabel.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <vector>

#include "base/attributes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/same_mount.h"
#include "base/text.h"

namespace runtime::security {

using base::BorrowedFd;
using base::OwnedFd;

namespace {

constexpr std::size_t kOften = 1000;

// With the NUL that it is stored with.
bool has_label(BorrowedFd object, const std::string& context) {
  const auto label = sys::try_get_xattr_of_object(object, sys::kSelinuxXattr);
  return label.error == 0 && std::string_view(label.bytes.c_str()) == context;
}

class Relabelling {
 public:
  Relabelling(BorrowedFd top, const std::string& context,
              const std::function<void(std::size_t)>& progress)
      : top_(top), context_(context), progress_(progress) {}

  void run() {
    const base::Context labelling{[&] { return base::shown_path(current_); }};
    label(top_);
    if (S_ISDIR(sys::fstat(top_).st_mode)) pending_.emplace_back(".");
    while (!pending_.empty()) {
      const std::string path = std::move(pending_.back());
      pending_.pop_back();
      label_content(path);
    }
  }

 private:
  void label_content(const std::string& path) {
    current_ = path;
    const OwnedFd folder = sys::open_on_same_mount(top_, path.c_str(), O_RDONLY | O_DIRECTORY);
    if (!folder.valid()) return;
    for (const std::string& name : sys::list_directory(folder)) {
      const OwnedFd object = sys::open_on_same_mount(folder, name.c_str(), O_PATH);
      if (!object.valid()) continue;
      current_ = path == "." ? name : base::cat(path, "/", name);
      label(object);
      if (S_ISDIR(sys::fstat(object).st_mode)) pending_.push_back(current_);
    }
  }

  void label(BorrowedFd object) {
    if (!has_label(object, context_)) {
      const std::string value = context_ + '\0';
      const int error = sys::try_set_xattr_of_object(object, sys::kSelinuxXattr, value);
      if (error == EOPNOTSUPP) throw base::Error("the filesystem keeps no labels", error);
      if (error != 0) throw base::Error("setxattr", error);
    }
    if (++count_ % kOften == 0) progress_(count_);
  }

  BorrowedFd top_;
  const std::string& context_;
  const std::function<void(std::size_t)>& progress_;
  // Folders whose content is still to come; what is being labelled. Paths below the top.
  std::vector<std::string> pending_;
  std::string current_;
  std::size_t count_ = 0;
};

}  // namespace

void relabel(BorrowedFd top, const std::string& context,
             const std::function<void(std::size_t)>& progress) {
  Relabelling(top, context, progress).run();
}

bool belongs_to_host(std::string_view path) {
  // What has folders of others in it, and all that is in some.
  constexpr std::string_view kThemselves[] = {
      "/",    "/home", "/media", "/mnt",     "/opt",     "/root",    "/run",
      "/srv", "/tmp",  "/var",   "/var/lib", "/var/log", "/var/tmp", "/usr/local"};
  constexpr std::string_view kWhole[] = {"/bin",   "/boot", "/dev",  "/etc", "/lib", "/lib32",
                                         "/lib64", "/proc", "/sbin", "/sys", "/usr"};
  const bool is_itself =
      std::find(std::begin(kThemselves), std::end(kThemselves), path) != std::end(kThemselves);
  return is_itself || std::any_of(std::begin(kWhole), std::end(kWhole), [&](std::string_view each) {
           if (!path.starts_with(each)) return false;
           return path.size() == each.size() || path[each.size()] == '/';
         });
}

}  // namespace runtime::security
