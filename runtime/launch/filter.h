// The program's seccomp filter, the parent's part: compiled while the child works, which needs it
// last.
#pragma once

#include "oci/seccomp.h"
#include "runtime/protocol/channel.h"
#include "seccomp/compile.h"

namespace runtime {

// What the profile asks for in vain is a warning, once in a container's life: at create.
enum class Warnings { Given, Withheld };
seccomp::Program compile_filter(const oci::Seccomp& profile, Warnings warnings);

void send_filter(const seccomp::Program& program, Channel& ours);

}  // namespace runtime
