// The code of a filter: classic BPF, in a layout of ours.
//
// Per architecture a balanced tree over the ranges of numbers, so that a call is decided in some
// ten steps wherever its number is. What counts more: the kernel translates each program and runs
// it for every number when a filter is installed, and this one is half as long as a list of
// comparisons and walked in a thirtieth of the steps (docs/decisions/seccomp.md).
#pragma once

#include <linux/filter.h>
#include <vector>

#include "seccomp/decisions.h"

namespace seccomp {

using Program = std::vector<sock_filter>;

// Returns for every call what verdict_for() says of it. Throws base::Error if that takes more than
// the kernel's 4096 instructions (BPF_MAXINSNS).
Program assemble(const Decisions& decisions);

}  // namespace seccomp
