// The runtime's own file, out of the container's reach (CVE-2019-5736);
// docs/decisions/executable.md.
#pragma once

#include "oci/config.h"

namespace runtime {

// From here on this process has nothing to do with the file it was started from: /proc/<pid>/exe,
// which a process of the container may open, names an empty file that nobody can write to. Where
// the kernel doesn't let us do that we start over in a sealed copy of the file. Either way
// program_invocation_name is where the executable is, since programs that belong to it are found
// from there. For commands that enter a container, before anything else.
void leave_executable(char* const* argv);

// Goes on with pages that are nobody else's if in the container there may be somebody who can trace
// the process of ours that enters it: a bug of the kernel's by which he writes to what he can only
// read then gets at no pages that another runtime runs from.
void guard_pages(const oci::Config& config);

}  // namespace runtime
