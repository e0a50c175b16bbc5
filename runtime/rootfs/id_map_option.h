// The value of the mount options "idmap=" and "ridmap=", in crun's syntax: lists of ranges
// ID-SHOWN-COUNT, "uids=0-1000-1#1000-2000-5;gids=@0-0-1". Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oci/config_linux.h"

namespace runtime::rootfs {

// Ids as the filesystem has them and as the mount shows them to the runtime's user namespace.
struct IdLists {
  std::vector<oci::IdMapping> uids;
  std::vector<oci::IdMapping> gids;

  bool operator==(const IdLists&) const = default;
};

// Adds to the lists; returns what is wrong, or "". The second number of a range with "@" is an id
// of the container, whose user namespace `linux` describes.
std::string parse_id_lists(std::string_view text, const oci::Linux& linux, IdLists& lists);

}  // namespace runtime::rootfs
