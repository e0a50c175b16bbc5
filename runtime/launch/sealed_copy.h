// The runtime's own file, out of the container's reach (CVE-2019-5736).
#pragma once

namespace runtime {

// Goes on in a sealed copy of this executable in memory, unless it is one already. A process of the
// container may open /proc/<pid>/exe of whatever enters it and, once that is gone, write to it:
// what it gets hold of then is a copy that can't be written to and is nobody else's
// (docs/decisions/executable.md). Its argv[0] is where the executable was, since programs that
// belong to it are found from there. For commands that enter a container, before anything else.
void continue_in_sealed_copy(char* const* argv);

}  // namespace runtime
