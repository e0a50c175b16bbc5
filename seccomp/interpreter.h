// Runs a filter's program outside of the kernel, to say what the kernel would do.
#pragma once

#include <linux/seccomp.h>

#include "seccomp/program.h"

namespace seccomp {

struct Execution {
  Verdict verdict;
  unsigned steps;  // instructions executed
};

// Understands the instructions that this folder and libseccomp make filters of, and throws
// base::Error for any other.
Execution execute(const Program& program, const seccomp_data& data);

}  // namespace seccomp
