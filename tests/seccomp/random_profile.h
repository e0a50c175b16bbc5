// Profiles to compare filters by.
#pragma once

#include <random>

#include "oci/seccomp.h"

namespace seccomp_test {

oci::Seccomp random_profile(std::mt19937& random);

}  // namespace seccomp_test
