// linux.seccomp as what seccomp(2) takes.
#pragma once

#include "seccomp/program.h"

namespace seccomp {

// Of a profile that has been validated. Adds a warning about names that no architecture has to
// `warnings`, which isn't null. Throws base::Error with the place in config.json.
Program compile(const oci::Seccomp& profile, std::vector<std::string>* warnings);

// SECCOMP_FILTER_FLAG_*; with NEW_LISTENER if the profile notifies.
unsigned flags_of(const oci::Seccomp& profile) noexcept;

// By the kernel and the libseccomp there are; for `features`.
std::vector<oci::SeccompArch> available_architectures();
std::vector<oci::SeccompAction> available_actions();
std::vector<oci::SeccompFlag> available_flags();

}  // namespace seccomp
