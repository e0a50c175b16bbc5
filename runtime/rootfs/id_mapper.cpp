#include "runtime/rootfs/id_mapper.h"

#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "base/mount.h"
#include "base/namespace.h"
#include "oci/id_map.h"

namespace runtime::rootfs {

using base::Error;

void IdMapper::map(base::BorrowedFd mount, const IdMap& ids) {
  const base::Context mapping{[] { return "mapping ids"; }};
  if (ids.is_of_container() && of_container_ == nullptr) {
    throw Error("the container's user namespace is the runtime's own");
  }
  const base::BorrowedFd space = ids.is_of_container() ? *of_container_ : namespace_with(ids.lists);
  const auto subtree = ids.recursive ? sys::Subtree::Recursive : sys::Subtree::No;
  const int error = sys::try_map_ids(mount, space, subtree);
  if (error == EINVAL) throw Error("the file system does not support id-mapped mounts", error);
  // Whoever is root of a user namespace only may map what was mounted there; nobody twice.
  if (error == EPERM) {
    throw Error("the file system is not ours, or its ids are mapped already", error);
  }
  if (error != 0) throw Error("mount_setattr", error);
}

base::BorrowedFd IdMapper::namespace_with(const IdLists& lists) {
  const auto known = std::find_if(made_.begin(), made_.end(),
                                  [&](const auto& each) { return each.first == lists; });
  if (known != made_.end()) return known->second;
  made_.emplace_back(lists, sys::make_user_namespace(
                                {oci::id_map_text(lists.uids), oci::id_map_text(lists.gids)}));
  return made_.back().second;
}

}  // namespace runtime::rootfs
