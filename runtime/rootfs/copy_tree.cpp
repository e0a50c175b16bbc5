#include "runtime/rootfs/copy_tree.h"

#include <cerrno>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/attributes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/same_mount.h"
#include "base/text.h"

namespace runtime::rootfs {

using base::BorrowedFd;
using base::Error;
using base::OwnedFd;

namespace {

using Status = struct stat;

// The same folder on both sides.
struct Folders {
  BorrowedFd from;
  BorrowedFd into;
};

bool is_device(const Status& status) { return S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode); }

bool is_same(const Status& one, const Status& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

// Not every filesystem takes every attribute, not everybody may set each; what is a lack of room,
// or of memory, is an error.
void copy_xattrs(BorrowedFd from, BorrowedFd into) {
  for (const std::string& name : sys::list_xattrs(from)) {
    const sys::ReadResult value = sys::try_get_xattr(from, name.c_str());
    if (value.error != 0) continue;
    const int error = sys::try_set_xattr(into, name.c_str(), value.bytes);
    const bool passed_over =
        error == 0 || error == EOPNOTSUPP || error == EPERM || error == EACCES || error == EINVAL;
    if (!passed_over) throw Error(base::cat("fsetxattr ", base::shown(name)), error);
  }
}

// Of what was just made. Whose owner is unknown here stays ours.
bool give_owner(BorrowedFd object, const Status& status) {
  const int error = sys::try_fchown_object(object, status.st_uid, status.st_gid);
  if (error != 0 && error != EINVAL && error != EPERM) throw Error("fchownat", error);
  return error == 0;
}

// In this order, because a change of owner takes away capabilities and the bits of the mode that
// act in the owner's name, and an ACL changes the mode.
void give_attributes(BorrowedFd object, BorrowedFd from, const Status& status) {
  constexpr mode_t kActsAsOwner = S_ISUID | S_ISGID;
  const bool owned = give_owner(object, status);
  copy_xattrs(from, object);
  sys::fchmod(object, status.st_mode & 07777U & ~(owned ? 0U : kActsAsOwner));
  sys::set_times(object, status);
}

class TreeCopy {
 public:
  TreeCopy(BorrowedFd from, BorrowedFd into, const Status& top)
      : from_(from), into_(into), top_(top) {}

  void run() {
    const base::Context copying{[&] {
      return current_.empty() ? "tmpcopyup"
                              : base::cat("tmpcopyup of ", base::shown_path(current_));
    }};
    while (!pending_.empty()) {
      const std::string path = std::move(pending_.back());
      pending_.pop_back();
      copy_folder(path);
    }
  }

 private:
  // The content, less that of the folders in it, which comes later. The attributes last: the times
  // change with the content, and a default ACL would pass to it.
  void copy_folder(const std::string& path) {
    current_ = path;
    const char* at = path.empty() ? "." : path.c_str();
    const OwnedFd from = sys::open_on_same_mount(from_, at, O_RDONLY | O_DIRECTORY);
    if (!from.valid()) return;
    const OwnedFd into = sys::openat2(into_, at, O_RDONLY | O_DIRECTORY, sys::Resolve::kBeneath);
    const Status status = sys::fstat(from);
    for (const std::string& name : sys::list_directory(from)) {
      current_ = path.empty() ? name : path + "/" + name;
      copy_entry({from, into}, name.c_str());
    }
    current_ = path;
    give_attributes(into, from, path.empty() ? with_owner_and_mode(status, top_) : status);
  }

  static Status with_owner_and_mode(Status status, const Status& of) {
    status.st_uid = of.st_uid;
    status.st_gid = of.st_gid;
    status.st_mode = of.st_mode;
    return status;
  }

  void copy_entry(const Folders& folders, const char* name) {
    const OwnedFd object = sys::open_on_same_mount(folders.from, name, O_PATH);
    if (!object.valid()) return;
    const Status status = sys::fstat(object);
    if (S_ISDIR(status.st_mode)) {
      sys::mkdirat_if_absent(folders.into, name, 0700);
      pending_.push_back(current_);
    } else if (!link_to_copied(folders.into, name, status)) {
      copy_object(folders, name, object, status);
    }
  }

  // True if it is another name of something copied before; otherwise remembers it.
  bool link_to_copied(BorrowedFd folder, const char* name, const Status& status) {
    if (status.st_nlink < 2 || is_device(status)) return false;
    const auto [at, is_first] = copied_.try_emplace({status.st_dev, status.st_ino}, current_);
    if (!is_first) sys::linkat(into_, at->second.c_str(), folder, name);
    return !is_first;
  }

  static void copy_object(const Folders& folders, const char* name, BorrowedFd object,
                          const Status& status) {
    if (S_ISREG(status.st_mode)) return copy_file(folders, name, status);
    if (S_ISLNK(status.st_mode)) {
      sys::symlinkat(sys::readlinkat(object, "").c_str(), folders.into, name);
    } else {
      const int error = sys::try_mknodat(folders.into, name, status.st_mode, status.st_rdev);
      if (error == EPERM && is_device(status)) return;
      if (error != 0) throw Error("mknod", error);
    }
    const OwnedFd made =
        sys::openat2(folders.into, name, O_PATH | O_NOFOLLOW, sys::Resolve::kBeneath);
    give_owner(made, status);
    sys::set_times(made, status);
  }

  // Opened by name again, since what O_PATH opened can't be read. Should it have become a fifo
  // meanwhile, nobody waits for its other end.
  static void copy_file(const Folders& folders, const char* name, const Status& status) {
    constexpr int kRead = O_RDONLY | O_NONBLOCK | O_NOCTTY;
    const OwnedFd from = sys::open_on_same_mount(folders.from, name, kRead);
    if (!from.valid() || !is_same(sys::fstat(from), status)) {
      throw Error("it was replaced while it was copied");
    }
    constexpr int kCreate = O_WRONLY | O_CREAT | O_EXCL;
    const OwnedFd into = sys::openat2(folders.into, name, kCreate, sys::Resolve::kBeneath, 0600);
    base::copy_all(from, into);
    give_attributes(into, from, status);
  }

  BorrowedFd from_;
  BorrowedFd into_;
  const Status& top_;
  // Folders that are made and have no content yet; what is being copied. Paths below the top, ""
  // for itself.
  std::vector<std::string> pending_ = {""};
  std::string current_;
  // Where the copy of an object with several names is.
  std::map<std::pair<dev_t, ino_t>, std::string> copied_;
};

}  // namespace

void copy_tree(BorrowedFd from, BorrowedFd into, const Status& top) {
  const sys::NoUmask exact_modes;
  TreeCopy(from, into, top).run();
}

}  // namespace runtime::rootfs
