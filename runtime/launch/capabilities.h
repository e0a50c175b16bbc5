// The capabilities of a process of the container's.
#pragma once

#include "oci/process.h"
#include "runtime/launch/warnings.h"
#include "runtime/security/capabilities.h"

namespace runtime {

// As far as there is somebody to grant them: us or, in a user namespace that isn't ours, the
// kernel.
security::CapabilitySets resolve_capabilities(const oci::Process& process, bool in_user_namespace,
                                              Warnings warnings);

}  // namespace runtime
