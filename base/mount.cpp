#include "base/mount.h"

#include <cerrno>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"

namespace sys {

using base::cat;
using base::Error;

namespace {

// glibc's fcntl.h has it only under _GNU_SOURCE of newer releases.
constexpr int kAtRecursive = 0x8000;

unsigned recursion(Subtree subtree) {
  return subtree == Subtree::Recursive ? static_cast<unsigned>(kAtRecursive) : 0U;
}

OwnedFd clone_tree(BorrowedFd dir, const char* path, unsigned flags) {
  const int fd = ::open_tree(dir.raw(), path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | flags);
  if (fd < 0)
    throw Error(cat("open_tree", *path == '\0' ? "" : " ", base::shown_path(path)), errno);
  return OwnedFd(fd);
}

mount_attr kernel_form(const MountAttributes& attributes) {
  mount_attr form{};
  form.attr_set = attributes.set;
  form.attr_clr = attributes.clear;
  form.propagation = attributes.propagation;
  return form;
}

int set_attributes(BorrowedFd mount, mount_attr form, Subtree subtree) {
  const unsigned flags = recursion(subtree) | AT_EMPTY_PATH;
  return ::mount_setattr(mount.raw(), "", flags, &form, sizeof form) == 0 ? 0 : errno;
}

}  // namespace

OwnedFd open_tree_clone(BorrowedFd dir, const char* path, Subtree subtree) {
  return clone_tree(dir, path, recursion(subtree));
}

OwnedFd open_tree_clone(BorrowedFd object, Subtree subtree) {
  return clone_tree(object, "", recursion(subtree) | AT_EMPTY_PATH);
}

void move_mount(BorrowedFd mount, BorrowedFd target) {
  if (::move_mount(mount.raw(), "", target.raw(), "",
                   MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0) {
    throw Error("move_mount", errno);
  }
}

int try_mount_setattr(BorrowedFd mount, const MountAttributes& attributes, Subtree subtree) {
  return set_attributes(mount, kernel_form(attributes), subtree);
}

int try_map_ids(BorrowedFd mount, BorrowedFd user_namespace, Subtree subtree) {
  mount_attr form{};
  form.attr_set = MOUNT_ATTR_IDMAP;
  form.userns_fd = static_cast<__u64>(user_namespace.raw());
  return set_attributes(mount, form, subtree);
}

void mount_setattr(BorrowedFd mount, const MountAttributes& attributes, Subtree subtree) {
  const int error = try_mount_setattr(mount, attributes, subtree);
  if (error != 0) throw Error("mount_setattr", error);
}

void mount_setattr_path(const char* path, const MountAttributes& attributes, Subtree subtree) {
  mount_attr form = kernel_form(attributes);
  if (::mount_setattr(AT_FDCWD, path, recursion(subtree), &form, sizeof form) != 0) {
    throw Error(cat("mount_setattr ", base::shown_path(path)), errno);
  }
}

Placement statx(BorrowedFd object) {
  struct statx info {};
  if (::statx(object.raw(), "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, &info) != 0) {
    throw Error("statx", errno);
  }
  // A C library that has to do without the call says neither, and of no object that it is a mount's
  // root.
  if ((info.stx_mask & STATX_MNT_ID) == 0 ||
      (info.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) == 0) {
    throw Error("statx: the kernel doesn't tell which mount it is (it does since Linux 5.8)");
  }
  return {.mode = info.stx_mode,
          .node = makedev(info.stx_rdev_major, info.stx_rdev_minor),
          .filesystem = makedev(info.stx_dev_major, info.stx_dev_minor),
          .inode = info.stx_ino,
          .mount_id = info.stx_mnt_id,
          .is_mount_root = (info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0};
}

bool is_whole_procfs(BorrowedFd object) {
  constexpr std::uint64_t kRootInode = 1;  // PROC_ROOT_INO
  return filesystem_magic(object) == PROC_SUPER_MAGIC && statx(object).inode == kRootInode;
}

FilesystemContext::FilesystemContext(std::string type)
    : type_(std::move(type)), fd_(::fsopen(type_.c_str(), FSOPEN_CLOEXEC)) {
  if (fd_.valid()) return;
  const int code = errno;
  if (code == ENODEV) throw Error(cat("unknown filesystem type ", base::quoted(type_)));
  throw Error(cat("fsopen ", type_), code);
}

FilesystemContext::FilesystemContext(BorrowedFd mount, std::string name)
    : type_(std::move(name)), fd_(::fspick(mount.raw(), "", FSPICK_EMPTY_PATH | FSPICK_CLOEXEC)) {
  if (!fd_.valid()) throw Error(cat("fspick ", type_), errno);
}

void FilesystemContext::fail(const std::string& action) const {
  const int code = errno;
  // Each read gives one message, "e <text>\n" for an error.
  char message[512];
  const ssize_t length = read(fd_.raw(), message, sizeof message);
  std::string reason;
  if (length > 2)
    reason = cat(": ", base::without_newline({message + 2, static_cast<size_t>(length - 2)}));
  throw Error(cat(action, " ", type_, reason), code);
}

void FilesystemContext::set_flag(const std::string& key) {
  if (::fsconfig(fd_.raw(), FSCONFIG_SET_FLAG, key.c_str(), nullptr, 0) != 0) {
    fail(cat("option ", base::quoted(key), " of"));
  }
}

void FilesystemContext::set_string(const std::string& key, const std::string& value) {
  if (::fsconfig(fd_.raw(), FSCONFIG_SET_STRING, key.c_str(), value.c_str(), 0) != 0) {
    fail(cat("option ", base::quoted(cat(key, "=", value)), " of"));
  }
}

FilesystemContext::Made FilesystemContext::try_mount(std::uint64_t flags) {
  if (::fsconfig(fd_.raw(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) return {{}, "create"};
  const int fd = ::fsmount(fd_.raw(), FSMOUNT_CLOEXEC, static_cast<unsigned>(flags));
  return {OwnedFd(fd), "fsmount"};
}

OwnedFd FilesystemContext::mount(std::uint64_t flags) {
  Made made = try_mount(flags);
  if (!made.mount.valid()) fail(made.action);
  return std::move(made.mount);
}

std::optional<OwnedFd> FilesystemContext::mount_if_permitted(std::uint64_t flags) {
  Made made = try_mount(flags);
  if (made.mount.valid()) return std::move(made.mount);
  if (errno != EPERM) fail(made.action);
  return std::nullopt;
}

void FilesystemContext::reconfigure() {
  if (::fsconfig(fd_.raw(), FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr, 0) != 0) {
    fail("reconfigure");
  }
}

OwnedFd mount_on(BorrowedFd directory, const std::string& source, const std::string& type,
                 unsigned long flags, const std::string& data) {
  if (data.size() > kLongestMountData) throw Error(cat("mount ", type), E2BIG);
  const OwnedFd before = openat(BorrowedFd::cwd(), ".", O_PATH | O_DIRECTORY);
  // By its path it could be another one by now.
  fchdir(directory);
  const int result = ::mount(source.c_str(), ".", type.c_str(), flags, data.c_str());
  const int code = errno;
  fchdir(before);
  if (result != 0) throw Error(cat("mount ", type), code);
  // A walk by names could lead to another one by now; ".." of a root leads to what is mounted on
  // it.
  OwnedFd mount = openat2(directory, "..", O_PATH | O_DIRECTORY, Resolve::kInRoot);
  if (statx(mount).mount_id == statx(directory).mount_id) {
    throw Error(cat("mount ", type, ": it is gone again"));
  }
  return mount;
}

bool may_make_filesystem(const char* type) {
  const OwnedFd fd(::fsopen(type, FSOPEN_CLOEXEC));
  if (!fd.valid()) return errno != EPERM;
  return ::fsconfig(fd.raw(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0 || errno != EPERM;
}

void pivot_root_here() {
  if (syscall(SYS_pivot_root, ".", ".") != 0) throw Error("pivot_root", errno);
}

void change_root(BorrowedFd directory) {
  fchdir(directory);
  if (::chroot(".") != 0) throw Error("chroot", errno);
}

void umount2(const char* path, int flags) {
  const int error = try_umount2(path, flags);
  if (error != 0) throw Error(cat("umount ", path), error);
}

int try_umount2(const char* path, int flags) noexcept {
  return ::umount2(path, flags) == 0 ? 0 : errno;
}

void enter_root_of_namespace() {
  const auto self = pidfd_open(getpid());
  if (!self || ::setns(self->raw(), CLONE_NEWNS) != 0) throw Error("setns", errno);
}

}  // namespace sys
