// A filter as libseccomp itself makes it of a profile, by the calls that runc makes: the reference
// of our own.
#pragma once

#include <string>

#include "seccomp/program.h"

namespace seccomp_test {

// Throws base::Error when libseccomp refuses.
seccomp::Program compile_with_libseccomp(const oci::Seccomp& profile);

// Empty: it has no such call.
std::string name_in_libseccomp(const seccomp::Architecture& architecture, std::uint32_t number);

}  // namespace seccomp_test
