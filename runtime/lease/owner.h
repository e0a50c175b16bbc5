// Whose something is that containers take from a common stock: ids, addresses.
//
// What is taken is written down in small files below /run, whatever --root says, and counts as long
// as its owner's state folder is there: so a crash between any two steps costs nothing for good.
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

// Whether the container is still there.
bool exists(const Owner& owner);

// The folder, made if it isn't there, and locked as long as the descriptor is open.
base::OwnedFd open_locked(const char* path);

}  // namespace runtime

template <>
struct oci::Describe<runtime::Owner> {
  static constexpr auto fields = std::tuple{
      Field{"state", &runtime::Owner::state, required},
      Field{"inode", &runtime::Owner::inode, required},
  };
};
