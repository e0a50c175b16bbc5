// What config.json may say, we understand, and don't do yet. A property that is silently ignored
// would be a promise broken, so its presence is an error; the work that gives one its effect
// removes its row from unsupported.cpp.
#pragma once

#include "oci/config.h"
#include "oci/problems.h"

namespace oci {

void find_unsupported(const Config& config, Problems& problems);

}  // namespace oci
