// The container's terminal (config.md#process terminal, consoleSize): a pty of the container's own
// devpts, its peer on the standard streams and on /dev/console.
#pragma once

#include "base/directory.h"
#include "base/fd.h"
#include "oci/process.h"
#include "runtime/rootfs/mount.h"

namespace runtime {

// Returns the master. Before the root becomes read-only, because /dev/console may have to be made.
base::OwnedFd set_up_terminal(const base::RootDir& root, const rootfs::MountedTree& mounted,
                              const oci::Process& process);

// The console socket protocol as practised: one message, one descriptor, the terminal's name.
void send_console(const base::OwnedFd& socket, const base::OwnedFd& master);

}  // namespace runtime
