// The ids outside of a container with an automatic user namespace, as its record keeps them.
#pragma once

#include <cstdint>
#include <tuple>

#include "oci/describe.h"

namespace runtime {

// Ids 0 to size - 1 inside are uid and gid onwards outside.
struct IdRange {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t size = 0;
};

}  // namespace runtime

template <>
struct oci::Describe<runtime::IdRange> {
  static constexpr auto fields = std::tuple{
      Field{"uid", &runtime::IdRange::uid, required},
      Field{"gid", &runtime::IdRange::gid, required},
      Field{"size", &runtime::IdRange::size, required},
  };
};
