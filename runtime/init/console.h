// The container's terminal (config.md#process terminal, consoleSize): a pty of the container's own
// devpts, its peer on the standard streams and on /dev/console.
#pragma once

#include "base/directory.h"
#include "base/fd.h"
#include "oci/process.h"
#include "runtime/protocol/channel.h"
#include "runtime/rootfs/mount.h"

namespace runtime {

// Returns the master. Before the root becomes read-only, because /dev/console may have to be made.
base::OwnedFd set_up_terminal(const base::RootDir& root, const rootfs::MountedTree& mounted,
                              const oci::Process& process);

// The same for a process that has entered the container: a further pty of the devpts that is there.
// It controls no session until control_terminal, because whoever ends then hangs it up.
base::OwnedFd set_up_terminal(const oci::Process& process);

// The terminal on the standard streams becomes that of the calling session leader.
void control_terminal();

// To who listens on a console socket.
void send_console(const base::OwnedFd& socket, const base::OwnedFd& master);

// To who listens on the console socket or, null, to the parent. The socket's protocol is as
// practised: one message, one descriptor, the terminal's name.
void hand_over_terminal(const base::OwnedFd& master, const base::OwnedFd* console_socket,
                        Channel& parent);

}  // namespace runtime
