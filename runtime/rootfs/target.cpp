#include "runtime/rootfs/target.h"

#include <cerrno>
#include <linux/magic.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace runtime::rootfs {

using base::Error;
using base::Links;
using base::OwnedFd;

namespace {

// procfs and sysfs are written through, by us and by every program; hence no link may say where
// they are (CVE-2019-19921), nor where one of procfs' files to be covered is.
Links links_of(const MountStep& step) {
  const bool is_special =
      step.kind == MountKind::Filesystem && (step.type == "proc" || step.type == "sysfs");
  const bool is_in_proc = step.destination == "/proc" || step.destination.starts_with("/proc/");
  if (is_special || is_in_proc) return Links::Refuse;
  return step.options.cover_link ? Links::FollowButLast : Links::Follow;
}

}  // namespace

MountTargets::MountTargets(const base::RootDir& root)
    : root_(root), place_(sys::statx(root.fd())) {}

Target MountTargets::directory(const MountStep& step) const {
  const Links links = links_of(step);
  auto found = root_.find(step.destination, O_PATH, links);
  const bool created = !found;
  Target target = checked(
      step, found ? std::move(*found) : root_.ensure_directory(step.destination, links), created);
  if (!target.is_directory()) throw Error("the destination is not a directory");
  return target;
}

Target MountTargets::file(const MountStep& step) const {
  const Links links = links_of(step);
  Target target = checked(step, root_.ensure_file(step.destination, links), false);
  if (target.is_directory()) throw Error("the source is not a directory, the destination is");
  return target;
}

Target MountTargets::existing_mount(const MountStep& step) const {
  Target target = checked(step, root_.open(step.destination), false);
  if (!target.place.is_mount_root) throw Error("nothing is mounted there", EINVAL);
  return target;
}

void MountTargets::make_link(const MountStep& step, const std::string& text) const {
  const auto slash = step.destination.rfind('/');
  const std::string name = step.destination.substr(slash + 1);
  const OwnedFd folder = root_.ensure_directory(step.destination.substr(0, slash), links_of(step));
  if (sys::symlinkat_if_absent(text.c_str(), folder, name.c_str())) return;
  const OwnedFd there =
      sys::openat2(folder, name.c_str(), O_PATH | O_NOFOLLOW, sys::Resolve::kBeneath);
  if (S_ISLNK(sys::fstat(there).st_mode) && sys::readlinkat(there, "") == text) return;
  throw Error(base::cat("the destination exists and is no link to ", base::quoted(text)));
}

void MountTargets::expect_reached(const MountStep& step, base::BorrowedFd mount) const {
  const OwnedFd reached = root_.open(step.destination, O_PATH, links_of(step));
  if (sys::statx(reached).mount_id != sys::statx(mount).mount_id) {
    throw Error("the destination was moved away while it was mounted on");
  }
}

Target MountTargets::checked(const MountStep& step, OwnedFd fd, bool created) const {
  Target target{std::move(fd), {}, created};
  target.place = sys::statx(target.fd);
  const bool on_root_mount = target.place.mount_id == place_.mount_id;
  if (on_root_mount && target.place.inode == place_.inode) {
    throw Error("the destination is a link to the root itself");
  }
  // Most targets lie on the root's own mount; only others can be in a procfs.
  if (on_root_mount || step.destination == "/proc" || may_cover_in_proc(step.destination)) {
    return target;
  }
  if (sys::filesystem_magic(target.fd) == PROC_SUPER_MAGIC && step.kind != MountKind::Remount) {
    throw Error("the destination leads into procfs, where nothing may be mounted over");
  }
  return target;
}

}  // namespace runtime::rootfs
