#include "runtime/init/console.h"

#include <algorithm>
#include <limits>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/socket.h"
#include "base/terminal.h"
#include "runtime/rootfs/devices.h"

namespace runtime {

using base::OwnedFd;

namespace {

OwnedFd open_master(const base::RootDir& root, const rootfs::MountedTree& mounted) {
  constexpr int kFlags = O_RDWR | O_NOCTTY;
  // Through the mount we made, where we made it: no name in the image takes part.
  if (mounted.devpts.valid()) {
    return sys::openat2(mounted.devpts, "ptmx", kFlags, sys::Resolve::kBeneath);
  }
  // A /dev that was bound from somewhere has a devpts in it; open_peer checks what we got.
  return root.open("dev/pts/ptmx", kFlags);
}

unsigned short cells(std::uint64_t count) {
  return static_cast<unsigned short>(
      std::min<std::uint64_t>(count, std::numeric_limits<unsigned short>::max()));
}

// Whatever the container has made of its /dev: in a devpts there is nothing but terminals, unless
// something is mounted on one.
OwnedFd open_master_inside() {
  const OwnedFd devpts = sys::openat2(base::BorrowedFd::cwd(), "/dev/pts", O_PATH | O_DIRECTORY,
                                      sys::Resolve::kNoMagicLinks);
  if (sys::filesystem_magic(devpts) != DEVPTS_SUPER_MAGIC) {
    throw base::Error("the container's /dev/pts is no devpts");
  }
  auto master = sys::try_openat2(devpts, "ptmx", O_RDWR | O_NOCTTY, sys::Resolve::kOneMount);
  if (master.error == EXDEV) {
    throw base::Error("something is mounted on the container's /dev/pts/ptmx");
  }
  if (master.error != 0) throw base::Error("open /dev/pts/ptmx", master.error);
  return std::move(master.fd);
}

bool is_ptmx(const OwnedFd& master) {
  const struct stat info = sys::fstat(master);
  return S_ISCHR(info.st_mode) && info.st_rdev == makedev(5, 2) &&
         sys::filesystem_magic(master) == DEVPTS_SUPER_MAGIC;
}

// Only the kernel is asked for the other side: what a file system in user space answers would be
// taken for a descriptor of ours, and what that is be chowned.
OwnedFd open_peer(const OwnedFd& master, const oci::Process& process) {
  if (!is_ptmx(master)) throw base::Error("/dev/pts/ptmx is not that of a devpts");
  OwnedFd peer = sys::open_pty_peer(master);
  if (process.console_size) {
    sys::set_window_size(
        master, {cells(process.console_size->height), cells(process.console_size->width), 0, 0});
  }
  return peer;
}

void use_terminal(const OwnedFd& peer, const oci::User& user) {
  sys::fchown(peer, user.uid, sys::fstat(peer).st_gid);
  sys::use_as_stdio(peer);
}

}  // namespace

OwnedFd set_up_terminal(const base::RootDir& root, const rootfs::MountedTree& mounted,
                        const oci::Process& process) {
  const base::Context setting_up{[] { return "/process/terminal"; }};
  OwnedFd master = open_master(root, mounted);
  const OwnedFd peer = open_peer(master, process);
  rootfs::bind_console(root, peer);
  use_terminal(peer, process.user);
  control_terminal();
  return master;
}

OwnedFd set_up_terminal(const oci::Process& process) {
  const base::Context setting_up{[] { return "/process/terminal"; }};
  OwnedFd master = open_master_inside();
  use_terminal(open_peer(master, process), process.user);
  return master;
}

void control_terminal() { sys::set_controlling_terminal(base::BorrowedFd(STDIN_FILENO)); }

void send_console(const OwnedFd& socket, const OwnedFd& master) {
  const std::string name = sys::pty_name(master);
  if (!sys::send_message(socket, name, &master)) {
    throw base::Error("--console-socket: the receiver closed the connection");
  }
}

void hand_over_terminal(const OwnedFd& master, const OwnedFd* console_socket, Channel& parent) {
  if (console_socket != nullptr) {
    send_console(*console_socket, master);
  } else {
    parent.send<ConsoleMaster>(&master);
  }
}

}  // namespace runtime
