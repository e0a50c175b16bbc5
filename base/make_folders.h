// A folder with all that lead to it.
#pragma once

#include <string>
#include <sys/types.h>

namespace base {

// Makes those that aren't there, with that mode. The path is the host's, as the caller wrote it.
void make_folders(const std::string& path, mode_t mode);

}  // namespace base
