#include "runtime/launch/mount_locks.h"

#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mount.h"
#include "base/namespace.h"
#include "base/process.h"
#include "base/text.h"
#include "runtime/init/child_story.h"
#include "runtime/launch/conversation.h"

namespace runtime {

using base::BorrowedFd;
using base::OwnedFd;

namespace {

using Trees = MountLocker::Trees;

const char* kLocking() { return "locking the host's mounts"; }

// Attaches the trees to a filesystem made for that, each under its number, and goes to its root:
// where a mount namespace is copied, its copy is where the process finds itself.
void stage(const Trees& trees) {
  // What is mounted on it is not for the host.
  sys::mount_setattr_path("/", {.propagation = MS_PRIVATE}, sys::Subtree::No);
  const OwnedFd stage = sys::FilesystemContext("tmpfs").mount(0);
  sys::move_mount(stage, sys::openat(BorrowedFd::cwd(), "/", O_PATH | O_DIRECTORY));
  for (std::size_t i = 0; i < trees.size(); ++i) {
    const std::string name = base::cat(i);
    if (S_ISDIR(sys::statx(*trees[i]).mode)) {
      sys::mkdirat_if_absent(stage, name.c_str(), 0);
    } else {
      sys::mknodat_if_absent(stage, name.c_str(), S_IFREG, 0);
    }
    sys::move_mount(*trees[i], sys::openat(stage, name.c_str(), O_PATH));
  }
  // Also because who is in a chroot may make no user namespace.
  sys::change_root(stage);
}

void copy_into_user_namespace(const OwnedFd* joined) {
  if (joined == nullptr) return sys::unshare(CLONE_NEWUSER | CLONE_NEWNS);
  sys::setns(*joined, CLONE_NEWUSER);
  sys::unshare(CLONE_NEWNS);
}

// In a mount namespace of its own.
[[noreturn]] void lock(const Trees& trees, const OwnedFd* joined, Channel& parent) {
  // To the end, because unmounting all that is in it waits for an RCU grace period.
  const OwnedFd kept = sys::openat(BorrowedFd::cwd(), "/proc/self/ns/mnt", O_RDONLY);
  stage(trees);
  copy_into_user_namespace(joined);
  // Other credentials may have made it so.
  sys::set_dumpable(false);
  for (std::size_t i = 0; i < trees.size(); ++i) {
    const OwnedFd copy = sys::openat(BorrowedFd::cwd(), base::cat(i).c_str(), O_PATH | O_NOFOLLOW);
    // With all that is below, from which it can't be parted any more.
    const OwnedFd tree = sys::open_tree_clone(copy, sys::Subtree::Recursive);
    if (!parent.send<Locked>(&tree)) break;
  }
  sys::leave_child(0);
}

// Those of mount namespaces are in no copy of one. Nothing in a file of a namespace is hurt by
// another flag.
Trees without_namespaces(Trees trees) {
  std::erase_if(trees,
                [](const OwnedFd* tree) { return sys::filesystem_magic(*tree) == NSFS_MAGIC; });
  return trees;
}

base::ChildProcess start(const Trees& trees, const OwnedFd* joined, Channel& ours, Channel theirs) {
  const base::Context locking{kLocking};
  sys::Cloned cloned = sys::clone3(CLONE_NEWNS, nullptr);
  if (cloned.pid == 0) {
    ours.close();
    tell(theirs, [&, &parent = theirs] { lock(trees, joined, parent); });
  }
  return base::ChildProcess(std::move(cloned));
}

}  // namespace

MountLocker::MountLocker(Trees trees, const OwnedFd* joined)
    : MountLocker(without_namespaces(std::move(trees)), joined, Channel::make_pair()) {}

MountLocker::MountLocker(Trees trees, const OwnedFd* joined, std::pair<Channel, Channel> ends)
    : trees_(std::move(trees)),
      channel_(std::move(ends.first)),
      process_(start(trees_, joined, channel_, std::move(ends.second))) {}

void MountLocker::finish() {
  const base::Context locking{kLocking};
  for (OwnedFd* tree : trees_) {
    *tree = expect<Locked>(channel_, process_, "the process that does it");
  }
}

}  // namespace runtime
