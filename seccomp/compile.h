// linux.seccomp as what seccomp(2) takes.
#pragma once

#include "seccomp/program.h"

namespace seccomp {

struct Filter {
  Program program;
  unsigned flags = 0;  // SECCOMP_FILTER_FLAG_*
  bool listens() const noexcept { return (flags & SECCOMP_FILTER_FLAG_NEW_LISTENER) != 0; }
};

// Of a profile that has been validated. Adds a warning about names that no architecture has. Throws
// base::Error with the place in config.json.
Filter compile(const oci::Seccomp& profile, std::vector<std::string>* warnings);

// By the kernel and the libseccomp there are; for `features`.
std::vector<oci::SeccompArch> available_architectures();
std::vector<oci::SeccompAction> available_actions();
std::vector<oci::SeccompFlag> available_flags();

}  // namespace seccomp
