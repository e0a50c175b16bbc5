// Whose something is that is lent to containers (leases.h).
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "base/fd.h"
#include "oci/describe.h"

namespace runtime {

// A container by its state folder: the path, and the inode, because another container may later
// have the same id.
struct Owner {
  std::string state;
  std::uint64_t inode = 0;

  bool operator==(const Owner&) const = default;
};

// Of the container whose state folder that is.
Owner owner_of(base::BorrowedFd state_folder);
// The same, for a new lease: fails if the path isn't UTF-8, for in a file it would be another one.
Owner borrower(base::BorrowedFd state_folder);

// Whether the container is still there.
bool exists(const Owner& owner);

}  // namespace runtime

template <>
struct oci::Describe<runtime::Owner> {
  static constexpr auto fields = std::tuple{
      Field{"state", &runtime::Owner::state, required},
      Field{"inode", &runtime::Owner::inode, required},
  };
};
