// The mount calls of the kernel: the descriptor-based interface of Linux 5.2 and mount_setattr of
// 5.12 (the floor). Typed wrappers named as the calls are; they throw base::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

#include "base/fd.h"

namespace sys {

using base::BorrowedFd;
using base::OwnedFd;

// MOUNT_ATTR_* to set and to clear, and at most one MS_ propagation type; mount_setattr(2).
struct MountAttributes {
  std::uint64_t set = 0;
  std::uint64_t clear = 0;
  std::uint64_t propagation = 0;
  bool empty() const noexcept { return set == 0 && clear == 0 && propagation == 0; }
};

enum class Subtree { No, Recursive };

// A detached copy of the mount at `path`, with those below it when recursive. open_tree(2).
OwnedFd open_tree_clone(BorrowedFd dir, const char* path, Subtree subtree);
// A detached copy of the mount the descriptor lies on, rooted at the descriptor.
OwnedFd open_tree_clone(BorrowedFd object, Subtree subtree);

// Attaches a detached mount on what `target` refers to. move_mount(2).
void move_mount(BorrowedFd mount, BorrowedFd target);

// On the mount whose root `mount` is. mount_setattr(2).
void mount_setattr(BorrowedFd mount, const MountAttributes& attributes, Subtree subtree);
// The same; returns the errno, 0 for success.
int try_mount_setattr(BorrowedFd mount, const MountAttributes& attributes, Subtree subtree);
// On the mount at an absolute path of our own namespace.
void mount_setattr_path(const char* path, const MountAttributes& attributes, Subtree subtree);

// Shows the filesystem's ids as the user namespace maps them (MOUNT_ATTR_IDMAP, Linux 5.12); only
// on a detached mount. Returns the errno, 0 for success.
int try_map_ids(BorrowedFd mount, BorrowedFd user_namespace, Subtree subtree);

// What an object is and on which mount it lies; statx(2), the mount id since Linux 5.8.
struct Placement {
  mode_t mode = 0;
  dev_t node = 0;  // the device a device node stands for
  dev_t filesystem = 0;
  std::uint64_t inode = 0;
  std::uint64_t mount_id = 0;
  bool is_mount_root = false;

  bool same_object(const Placement& other) const noexcept {
    return filesystem == other.filesystem && inode == other.inode;
  }
};
Placement statx(BorrowedFd object);

// Whether it is the root of a procfs: anything else, or a part of one, could stand for it.
bool is_whole_procfs(BorrowedFd object);

// A filesystem being configured: fsopen(2), fsconfig(2), fsmount(2). Errors carry what the kernel
// wrote into the context's message queue, which names the option it refused.
class FilesystemContext {
 public:
  explicit FilesystemContext(std::string type);
  // The filesystem of a mount that exists, to be reconfigured: fspick(2). `name` is for messages.
  FilesystemContext(BorrowedFd mount, std::string name);
  void set_flag(const std::string& key);
  void set_string(const std::string& key, const std::string& value);
  // `flags` are MOUNT_ATTR_*.
  OwnedFd mount(std::uint64_t flags);
  // The same; empty when the kernel refuses this process (EPERM) an instance.
  std::optional<OwnedFd> mount_if_permitted(std::uint64_t flags);
  void reconfigure();

 private:
  struct Made {
    OwnedFd mount;                 // invalid with the reason in errno
    const char* action = nullptr;  // the last that was taken
  };
  Made try_mount(std::uint64_t flags);
  [[noreturn]] void fail(const std::string& action) const;

  std::string type_;
  OwnedFd fd_;
};

// mount(2) of a new filesystem on the directory, for what FilesystemContext can't say: values of
// more than 255 bytes. `flags` are MS_*; `data` is at most kLongestMountData bytes, of more the
// kernel would use the beginning without a word. The working directory is another one meanwhile.
// Returns the mount's root (O_PATH).
inline constexpr std::size_t kLongestMountData = 4095;
OwnedFd mount_on(BorrowedFd directory, const std::string& source, const std::string& type,
                 unsigned long flags, const std::string& data);

// False when the kernel refuses this process (EPERM) an instance of the filesystem, in whose
// namespace it has no rights. Asks by making one.
bool may_make_filesystem(const char* type);

void pivot_root_here();
// Root and working directory become the directory; chroot(2).
void change_root(BorrowedFd directory);
// The topmost mount at `path`; MNT_DETACH or 0.
void umount2(const char* path, int flags);
// The same; returns the errno, or 0.
int try_umount2(const char* path, int flags) noexcept;

// Root and working directory become what is topmost at the root of our own mount namespace,
// whatever they were before: setns(2) with a pidfd, Linux 5.8.
void enter_root_of_namespace();

}  // namespace sys
