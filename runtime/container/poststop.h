// The hooks after the container is gone (runtime.md#lifecycle step 13).
#pragma once

#include "runtime/container/record.h"

namespace runtime {

// By `delete`, and by a create that failed after hooks had run. Failures are warnings.
void run_poststop_hooks(const Record& record);

}  // namespace runtime
