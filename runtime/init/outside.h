// What is set of a process by somebody outside of the container, because inside there may be no
// right to it or no way: of init by its parent, by one that enters before it does.
#pragma once

#include <sys/types.h>

#include "oci/process.h"

namespace runtime {

// config.md#process oomScoreAdj: absent leaves the inherited value alone, as conmon expects. A
// value below the present one takes privilege; who is `tolerant` goes on without, with a warning.
void set_oom_score(pid_t pid, const oci::Process& process, bool tolerant);

// config.md#posix-process rlimits: the hard limits that are to be higher than ours. In a user
// namespace nobody can raise one; the rest the process sets itself, when it needs no more than it
// will have.
void raise_limits(pid_t pid, const oci::Process& process);

}  // namespace runtime
