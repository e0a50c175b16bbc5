// Where a mount goes: looked up below the root once, created if missing, and refused when the
// place it turns out to be is one that must not be covered.
//
// The plan judged the destination's words; here the object they led to is judged, since links in
// the image decide where that is.
#pragma once

#include <sys/stat.h>

#include "base/directory.h"
#include "base/mount.h"
#include "runtime/rootfs/mount_plan.h"

namespace runtime::rootfs {

struct Target {
  base::OwnedFd fd;  // O_PATH
  sys::Placement place;
  bool created = false;  // by us, just now

  bool is_directory() const noexcept { return S_ISDIR(place.mode); }
};

class MountTargets {
 public:
  explicit MountTargets(const base::RootDir& root);

  const base::RootDir& root() const noexcept { return root_; }
  // Of the source's kind: a directory, or anything else.
  Target directory(const MountStep& step) const;
  Target file(const MountStep& step) const;
  // A mount that exists at the destination.
  Target existing_mount(const MountStep& step) const;

  // A link with that text at the destination, unless it is there already; nothing is mounted.
  void make_link(const MountStep& step, const std::string& text) const;

  // That a walk to the destination ends in `mount`, after it has been attached. Another container
  // that shares the tree can have moved what was looked up before.
  void expect_reached(const MountStep& step, base::BorrowedFd mount) const;

 private:
  Target checked(const MountStep& step, base::OwnedFd fd, bool created) const;

  const base::RootDir& root_;
  sys::Placement place_;
};

}  // namespace runtime::rootfs
