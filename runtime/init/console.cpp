#include "runtime/init/console.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "base/file.h"
#include "base/socket.h"
#include "base/terminal.h"
#include "base/text.h"
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
  // A /dev that was bound from somewhere has a devpts in it; bind_console checks what we got.
  return root.open("dev/pts/ptmx", kFlags);
}

unsigned short cells(std::uint64_t count) {
  return static_cast<unsigned short>(
      std::min<std::uint64_t>(count, std::numeric_limits<unsigned short>::max()));
}

}  // namespace

OwnedFd set_up_terminal(const base::RootDir& root, const rootfs::MountedTree& mounted,
                        const oci::Process& process) {
  const base::Context setting_up{[] { return "/process/terminal"; }};
  OwnedFd master = open_master(root, mounted);
  const OwnedFd peer = sys::open_pty_peer(master);
  if (process.console_size) {
    sys::set_window_size(
        master, {cells(process.console_size->height), cells(process.console_size->width), 0, 0});
  }
  rootfs::bind_console(root, peer);
  sys::fchown(peer, process.user.uid, sys::fstat(peer).st_gid);
  sys::set_controlling_terminal(peer);
  sys::use_as_stdio(peer);
  return master;
}

void send_console(const OwnedFd& socket, const OwnedFd& master) {
  const std::string name = sys::pty_name(master);
  if (!sys::send_message(socket, name, &master)) {
    throw base::Error("--console-socket: the receiver closed the connection");
  }
}

}  // namespace runtime
