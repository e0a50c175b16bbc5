// The container's end of NOTIFY_SOCKET (sd_notify(3)): a folder in which whoever starts the program
// puts the socket that it is to tell of its progress (runtime/launch/notify.h).
#pragma once

#include "base/directory.h"
#include "base/fd.h"

namespace runtime {

// Where the folder is in the container, and what the program finds in its environment.
inline constexpr const char* kNotifyPoint = "/run/notify";
inline constexpr const char* kNotifyVariable = "NOTIFY_SOCKET=/run/notify/notify.sock";

// Attaches the folder, a detached mount, at kNotifyPoint. After all that the config mounts, which
// may bring a /run of its own.
void attach_notify_folder(const base::RootDir& root, base::BorrowedFd folder);

}  // namespace runtime
