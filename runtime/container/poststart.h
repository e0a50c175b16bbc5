// The hooks after the program has been started (runtime.md#lifecycle step 8).
#pragma once

#include <sys/types.h>

#include "base/interruption.h"
#include "runtime/container/record.h"

namespace runtime {

// Throws when one fails, and stops the container then.
void run_poststart_hooks(const Record& record, pid_t init,
                         base::BorrowedFd interruption = sys::kNoSignals);

}  // namespace runtime
