// The end of init that leaves the runtime's executable (docs/decisions/executable.md): from before
// it is there to be started until it is the program nothing of the runtime's code and data is in
// its memory.
#pragma once

#include "base/fd.h"
#include "base/own_image.h"
#include "runtime/init/filter.h"
#include "runtime/init/program.h"
#include "runtime/protocol/channel.h"

namespace runtime {

// What errors of it begin with.
inline constexpr const char* kProtecting = "protecting the runtime's executable";

// What the parent has made ready for it.
struct Departure {
  base::OwnedFd code;  // base/departure.h
  sys::ExecutableLink link;
};

// Says Ready, waits to be started, by `gate` if it isn't null, and does what execute() does. It
// takes CAP_SYS_ADMIN, permitted, which is gone when it says Ready, unless a filter takes it, too.
[[noreturn]] void depart(const Departure& departure, const ProgramImage& program,
                         const FilterPlan& filter, const Channel& parent, const base::OwnedFd* gate,
                         int passed);

}  // namespace runtime
