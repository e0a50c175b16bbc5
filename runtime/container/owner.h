// The name of the user who created a container, for the eyes of `state` and `list`.
#pragma once

#include <string>
#include <sys/types.h>

namespace runtime {

// From the host's passwd file; the number when it isn't there.
std::string owner_name(uid_t uid);

}  // namespace runtime
