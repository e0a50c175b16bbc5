// The program's seccomp filter, the parent's part: compiled while the child works, which needs it
// last.
#pragma once

#include "oci/seccomp.h"
#include "runtime/protocol/channel.h"
#include "seccomp/compile.h"

namespace runtime {

seccomp::Program compile_filter(const oci::Seccomp& profile);

void send_filter(const seccomp::Program& program, Channel& ours);

}  // namespace runtime
