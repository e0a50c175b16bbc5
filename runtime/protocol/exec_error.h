// How it is said that the container's program can't be run. Engines derive their exit codes 126
// and 127 from these very words (client contract §4), so they are runc's, and used nowhere else.
#pragma once

#include <string_view>

#include "base/error.h"

namespace runtime {

// `exec: "/bin/x": permission denied`, exit status 126; 127 when the file isn't there. Of a
// directory both that and the reason why: Podman knows the one, Docker the other.
base::Error exec_error(std::string_view program, int code);

// The same of its working directory: `/process/cwd "/x": no such file or directory`.
base::Error cwd_error(std::string_view path, int code);

// `exec: "x": executable file not found in $PATH`, exit status 127.
base::Error not_in_path(std::string_view program);

// What execve answered for a file that was found: a missing interpreter also shows as ENOENT.
base::Error execve_error(std::string_view program, int code);

}  // namespace runtime
