// Where a program of libseccomp 2.5 may say something else than the profile it is made of. Each was
// found by comparing (docs/decisions/seccomp.md); there ours goes by the profile.
#pragma once

#include "seccomp/program.h"

namespace seccomp_test {

// Rules of different verdicts that can both hold. Which decides then libseccomp's manual leaves
// open; it depends on the order in which it keeps arguments and values.
bool is_ambiguous(const seccomp::Decision& decision);

// Several rules with conditions, one of which compares by order (LT, LE, GE, GT), or two of which
// have two or more and an argument in common: their trees are merged so that a rule is tried, or
// holds, by another one's comparisons.
bool is_merged_wrongly(const seccomp::Decision& decision);

// The section of an architecture compares numbers of calls without having loaded the call's.
bool lacks_a_load(const seccomp::Program& program, std::uint32_t audit);

}  // namespace seccomp_test
