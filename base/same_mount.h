// Walking through a tree that others may be changing meanwhile: by names below a folder, without
// leaving the mount that the tree is on.
#pragma once

#include "base/fd.h"

namespace sys {

// Invalid for what isn't there any more, has become a link (without O_PATH) or, on the way or with
// O_DIRECTORY, no folder, or is a mount. openat2(2).
base::OwnedFd open_on_same_mount(base::BorrowedFd folder, const char* path, int flags);

}  // namespace sys
