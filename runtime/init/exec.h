// The very end of init: from here on nothing is allocated, opened or thrown.
#pragma once

#include <string>

#include "runtime/init/program.h"
#include "runtime/protocol/channel.h"

namespace runtime {

// Closes every descriptor beyond the standard ones and the `passed` that follow them, and becomes
// the program. A failure is told through `starter`, whose socket is the one descriptor kept until
// then: it closes on exec, and a container can do nothing with it before (CVE-2024-21626).
[[noreturn]] void execute(const ProgramImage& program, Channel starter, int passed) noexcept;

}  // namespace runtime
