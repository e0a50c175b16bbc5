// A folder that somebody else has filled is emptied.
#pragma once

#include "base/fd.h"

namespace base {

// Removes all that is in the folder, which is open for reading: no link is followed, nothing that
// is mounted below is entered. With one more descriptor, however deep it is.
void remove_content(BorrowedFd folder);

}  // namespace base
