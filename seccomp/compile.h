// linux.seccomp as what seccomp(2) takes.
#pragma once

#include "seccomp/program.h"

namespace seccomp {

// Of a profile that has been validated. Names that no architecture has, some of which are in every
// engine's profile, are left out. Throws base::Error with the place in config.json.
Program compile(const oci::Seccomp& profile);

// SECCOMP_FILTER_FLAG_*; with NEW_LISTENER if the profile notifies.
unsigned flags_of(const oci::Seccomp& profile) noexcept;

// By the kernel and the libseccomp there are; for `features`.
std::vector<oci::SeccompArch> available_architectures();
std::vector<oci::SeccompAction> available_actions();
std::vector<oci::SeccompFlag> available_flags();

}  // namespace seccomp
