// What a recorder hands over when it ends.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "oci/describe.h"
#include "oci/seccomp.h"

namespace runtime::recorder {

struct Result {
  oci::Seccomp profile;
  std::uint32_t processes = 0;       // how many have something in it
  std::vector<std::string> unnamed;  // calls that it can't allow: seccomp::Recording::unnamed
};

}  // namespace runtime::recorder

template <>
struct oci::Describe<runtime::recorder::Result> {
  static constexpr auto fields = std::tuple{
      Field{"profile", &runtime::recorder::Result::profile, required},
      Field{"processes", &runtime::recorder::Result::processes},
      Field{"unnamed", &runtime::recorder::Result::unnamed},
  };
};
