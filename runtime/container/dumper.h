// The CRIU process that `checkpoint` has make the images of a container, as far as it stands in the
// way of the container's end. It follows the processes by ptrace(2), so that those that end are its
// to wait for before their parents can; and it waits for init alone. Init, killed, waits for all
// others of its pid namespace to be buried, and neither of the two ever ends. (Nor does CRIU end
// with the command that has started it: it would leave its own code in the processes.)
#pragma once

#include "runtime/container/record.h"
#include "runtime/container/state_dir.h"

namespace runtime {

// To be called when init has been sent SIGKILL. Kills it, if there is one; its command fails.
void end_dumper(const StateDir& dir, const Record& record);

}  // namespace runtime
