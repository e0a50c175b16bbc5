// The very end of init. Once the filter is loaded nothing is allocated, opened or thrown.
#pragma once

#include "runtime/init/filter.h"
#include "runtime/init/program.h"
#include "runtime/protocol/channel.h"

namespace runtime {

// Closes every descriptor beyond the standard ones and the `passed` that follow them, loads the
// filter, and becomes the program. A failure is thrown, or told through `starter`, whose socket is
// the one descriptor kept until then: it closes on exec, and a container can do nothing with it
// before (CVE-2024-21626).
[[noreturn]] void execute(const ProgramImage& program, const Channel& starter, int passed,
                          const FilterPlan& filter);

// The same of who has none of those descriptors any more.
[[noreturn]] void execute_closed(const ProgramImage& program, const Channel& starter,
                                 const FilterPlan& filter);

}  // namespace runtime
