// New filesystem instances: proc, sysfs, tmpfs, devpts, mqueue, and whatever else the kernel knows.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <sys/mount.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "runtime/rootfs/copy_tree.h"
#include "runtime/rootfs/steps.h"

namespace runtime::rootfs {

using base::OwnedFd;

namespace {

bool has_option(const MountStep& step, std::string_view key) {
  const auto& data = step.options.data;
  return std::any_of(data.begin(), data.end(), [&](const std::string& option) {
    return option.starts_with(key) && option.size() > key.size() && option[key.size()] == '=';
  });
}

// A tmpfs over an image's /tmp is to have the mode of that /tmp, 1777, as long as nobody says
// otherwise.
void keep_mode(sys::FilesystemContext& filesystem, mode_t mode) {
  char octal[8];
  char* end = std::to_chars(octal, octal + sizeof octal, mode & 07777U, 8).ptr;
  filesystem.set_string("mode", std::string(octal, end));
}

// Before anybody sees the new one, and before it covers the other. Owner and mode that the options
// give it have the last word.
void copy_up(const MountStep& step, const Target& target, base::BorrowedFd mount) {
  const struct stat made = sys::fstat(mount);
  struct stat top = sys::fstat(target.fd);
  if (has_option(step, "uid")) top.st_uid = made.st_uid;
  if (has_option(step, "gid")) top.st_gid = made.st_gid;
  if (has_option(step, "mode")) top.st_mode = made.st_mode;
  copy_tree(target.fd, mount, top);
}

// Those whose instances have no storage of their own that a read-only mount would protect. For all
// others "ro" also opens the storage read-only, which may be the only way it can be opened.
bool is_virtual(const std::string& type) {
  constexpr std::string_view kTypes[] = {"proc",   "sysfs",   "tmpfs",  "devpts",
                                         "mqueue", "cgroup2", "cgroup", "ramfs"};
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

// One that takes none has what the policy gives it.
void label_root(base::BorrowedFd mount, const std::string& label) {
  const OwnedFd root = sys::openat(mount, ".", O_RDONLY | O_DIRECTORY);
  const int error = sys::try_set_xattr(root, sys::kSelinuxXattr, label);
  if (error != 0 && error != EOPNOTSUPP) {
    throw base::Error(base::cat("label ", base::quoted(label)), error);
  }
}

}  // namespace

void configure(sys::FilesystemContext& filesystem, const MountStep& step) {
  for (const std::string& flag : step.options.filesystem_flags) filesystem.set_flag(flag);
  for (const std::string& option : step.options.data) {
    const auto equals = option.find('=');
    if (equals == std::string::npos) {
      filesystem.set_flag(option);
    } else {
      filesystem.set_string(option.substr(0, equals), option.substr(equals + 1));
    }
  }
}

void set_label(sys::FilesystemContext& filesystem, const MountLabel& label) {
  if (!label.empty()) filesystem.set_string(label.option, label.context);
}

OwnedFd make_filesystem(const MountStep& step, std::optional<mode_t> covered) {
  sys::FilesystemContext filesystem(step.type);
  if (!step.source.empty()) filesystem.set_string("source", step.source);
  const bool is_tmpfs = step.type == "tmpfs";
  if (is_tmpfs && covered && !has_option(step, "mode")) keep_mode(filesystem, *covered);
  if (step.options.read_only() && !is_virtual(step.type)) filesystem.set_flag("ro");
  configure(filesystem, step);
  set_label(filesystem, step.label);
  return filesystem.mount(initial_attributes(step));
}

namespace {

bool has_long_option(const MountStep& step) {
  return std::any_of(step.options.data.begin(), step.options.data.end(), is_long);
}

// As mount(2) takes it: with commas between, and a label, which may have some, in quotes.
std::string data_of(const MountStep& step) {
  std::vector<std::string> options = step.options.data;
  if (!step.label.empty()) {
    options.push_back(base::cat(step.label.option, "=\"", step.label.context, "\""));
  }
  return base::join(options, ",");
}

OwnedFd attach_by_mount(const MountStep& step, const Target& target) {
  const bool read_only = step.options.read_only() && !is_virtual(step.type);
  OwnedFd mount =
      sys::mount_on(target.fd, step.source.empty() ? step.type : step.source, step.type,
                    read_only ? static_cast<unsigned long>(MS_RDONLY) : 0, data_of(step));
  sys::mount_setattr(mount, {.set = initial_attributes(step)}, sys::Subtree::No);
  if (!step.options.filesystem_flags.empty()) {
    sys::FilesystemContext filesystem(mount, step.type);
    for (const std::string& flag : step.options.filesystem_flags) filesystem.set_flag(flag);
    filesystem.reconfigure();
  }
  return mount;
}

}  // namespace

OwnedFd attach_filesystem(const MountTargets& targets, const MountStep& step,
                          const OwnedFd& opened) {
  const Target target = targets.directory(step);
  if (!opened.valid() && has_long_option(step)) return attach_by_mount(step, target);
  const auto covered = target.created ? std::nullopt : std::optional(target.place.mode);
  OwnedFd mount = opened.valid() ? base::duplicate(opened) : make_filesystem(step, covered);
  if (step.options.copy_up && !target.created) copy_up(step, target, mount);
  if (!step.root_label.empty()) label_root(mount, step.root_label);
  sys::move_mount(mount, target.fd);
  // Because labels and kernel settings are written below these two.
  if (step.type == "proc" || step.type == "sysfs") targets.expect_reached(step, mount);
  return mount;
}

}  // namespace runtime::rootfs
