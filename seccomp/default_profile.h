// A profile for programs of no special kind (docs/decisions/seccomp.md says what is denied and
// why).
#pragma once

#include <string>
#include <vector>

#include "oci/seccomp.h"

namespace seccomp {

// Denies by default and allows what ordinary programs need, and what the capabilities given
// ("CAP_SYS_ADMIN", …) would be of no use without. For the architectures that programs of this
// machine have.
oci::Seccomp default_profile(const std::vector<std::string>& capabilities);

}  // namespace seccomp
