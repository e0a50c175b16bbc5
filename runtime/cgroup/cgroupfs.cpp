// Making and removing the directories. What happens to the processes in them meanwhile is in
// cgroupfs_processes.cpp.
#include "runtime/cgroup/cgroupfs.h"

#include <algorithm>
#include <chrono>
#include <fcntl.h>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/rollback.h"
#include "base/text.h"
#include "runtime/cgroup/control_files.h"
#include "runtime/cgroup/cpuset.h"
#include "runtime/cgroup/processes.h"
#include "runtime/cgroup/tree.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;

namespace {

// A path split at its last component.
struct Leaf {
  std::string parent;  // "" is the root
  std::string name;
};

Leaf split_leaf(const std::vector<std::string>& all, std::size_t depth) {
  return {base::join({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(depth) - 1}, "/"),
          all[depth - 1]};
}

Layout layout_of(const Location& location) {
  Layout layout{location.mode, {}};
  for (const Place& place : location.places) {
    layout.hierarchies.push_back({place.name, place.mount_point});
  }
  return layout;
}

// A folder that is lent or owned: the root of a hierarchy is open already, what is below is not.
class Folder {
 public:
  explicit Folder(BorrowedFd root) : fd_(root) {}
  // False when there is no such folder.
  bool enter(const std::string& path) {
    if (path.empty()) return true;
    auto opened = open_folder(fd_, path);
    if (!opened) return false;
    owned_ = std::move(*opened);
    fd_ = owned_;
    return true;
  }
  operator BorrowedFd() const { return fd_; }  // NOLINT: as OwnedFd lends itself

 private:
  OwnedFd owned_;
  BorrowedFd fd_;
};

OwnedFd open_root(const Hierarchy& hierarchy) {
  const std::string& path = hierarchy.mount_point;
  OwnedFd root = sys::openat(BorrowedFd::cwd(), path.c_str(), O_PATH | O_DIRECTORY);
  if (sys::filesystem_magic(root) != hierarchy.filesystem_magic()) {
    throw Error(cat(path, " is no ", hierarchy.filesystem_type(), " mount any more"));
  }
  return root;
}

// Opened once by each process: `list` has a driver for each of many containers.
BorrowedFd kept_root(const Hierarchy& hierarchy) {
  static std::vector<std::pair<std::string, OwnedFd>> kept;
  for (const auto& [mount_point, root] : kept) {
    if (mount_point == hierarchy.mount_point) return root;
  }
  return kept.emplace_back(hierarchy.mount_point, open_root(hierarchy)).second;
}

void remove_if_unused(BorrowedFd root, const Leaf& leaf) {
  Folder parent(root);
  // Busy is fine: somebody else's cgroup is in it by now.
  if (parent.enter(leaf.parent)) sys::try_rmdirat(parent, leaf.name.c_str());
}

}  // namespace

CgroupfsDriver::CgroupfsDriver(Host host)
    : layout_(std::move(host.layout)), roots_(std::move(host.roots)) {}

CgroupfsDriver::CgroupfsDriver(const Location& location) : layout_(layout_of(location)) {}

BorrowedFd CgroupfsDriver::root(std::size_t hierarchy) {
  return roots_.empty() ? kept_root(layout_.hierarchies[hierarchy]) : roots_[hierarchy];
}

Version CgroupfsDriver::version(std::size_t hierarchy) const {
  return layout_.hierarchies[hierarchy].is_v2() ? Version::V2 : Version::V1;
}

Location CgroupfsDriver::locate(std::string_view cgroups_path, std::string_view id) {
  Location location = place_container(layout_, cgroups_path, id);
  // The default path is one component of our own naming: one look is enough. With a path that was
  // given, each hierarchy may have other parts of it.
  const bool is_default = cgroups_path.empty();
  for (std::size_t i = 0; i < location.places.size(); ++i) {
    Place& place = location.places[i];
    place.existing = is_default && i > 0
                         ? location.places[0].existing
                         : static_cast<std::uint32_t>(count_existing(root(i), place.path));
  }
  return location;
}

bool CgroupfsDriver::may_create(const Location& location) {
  for (std::size_t i = 0; i < location.places.size(); ++i) {
    const auto all = components(location.places[i].path);
    const std::size_t existing = std::min<std::size_t>(location.places[i].existing, all.size());
    Folder deepest(root(i));
    const std::string path =
        base::join({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(existing)}, "/");
    if (!deepest.enter(path) || sys::try_writable(deepest) != 0) return false;
  }
  return true;
}

Membership CgroupfsDriver::create(Location& location, const Limits& limits) {
  std::vector<Made> made;
  base::Rollback undo_made{[&] { undo(made); }};
  for (std::size_t i = 0; i < location.places.size(); ++i) {
    const base::Context at{[&] { return cat("cgroup hierarchy ", location.places[i].name); }};
    make_place(location, i, made);
  }
  supply_controllers(location, limits);
  apply(location, limits);
  Membership membership = open_membership(location);
  Folder first(root(0));
  const OwnedFd* unified = membership.clone_into();
  if (unified == nullptr && !first.enter(location.places[0].path)) throw Error("cgroup vanished");
  location.places[0].inode =
      sys::fstat(unified != nullptr ? BorrowedFd(*unified) : BorrowedFd(first)).st_ino;
  check_not_frozen(location);
  note_earlier_kills(location);
  undo_made.commit();
  return membership;
}

Membership CgroupfsDriver::adopt(Location& location, const Limits& limits, pid_t holder) {
  holder_ = holder;
  for (std::size_t i = 0; i < location.places.size(); ++i) {
    Place& place = location.places[i];
    place.existing = static_cast<std::uint32_t>(count_existing(root(i), place.path));
  }
  return create(location, limits);
}

void CgroupfsDriver::make_place(Location& location, std::size_t hierarchy,
                                std::vector<Made>& made) {
  Place& place = location.places[hierarchy];
  const std::vector<std::string> all = components(place.path);
  if (place.existing >= all.size()) return check_unused(hierarchy, place.path);
  Folder folder(root(hierarchy));
  if (!folder.enter(split_leaf(all, place.existing + 1).parent)) {
    throw Error("cgroup vanished");
  }
  for (std::size_t depth = place.existing + 1; depth <= all.size(); ++depth) {
    const Leaf leaf = split_leaf(all, depth);
    if (sys::mkdirat_if_absent(folder, leaf.name.c_str(), 0755)) {
      made.push_back({hierarchy, leaf.parent + "/" + leaf.name});
      if (layout_.hierarchies[hierarchy].has_controller("cpuset")) {
        inherit_cpuset(folder, leaf.name, depth - 1);
      }
    } else if (depth < all.size()) {
      place.existing = static_cast<std::uint32_t>(depth);  // somebody else made it just now
    } else if (hierarchy == 0 && location.driver == DriverKind::Cgroupfs) {
      // Since locate. Whose it is, may be about to have its init born there.
      throw Error("container's cgroup was made by somebody else just now");
    } else {
      check_unused(hierarchy, place.path);
    }
    if (depth < all.size() && !folder.enter(leaf.name)) throw Error("cgroup vanished");
  }
}

void CgroupfsDriver::check_unused(std::size_t hierarchy, const std::string& path) {
  Folder folder(root(hierarchy));
  if (!folder.enter(path)) throw Error("cgroup vanished");
  std::vector<pid_t> processes = list_processes(folder);
  if (holder_ != 0) std::erase(processes, holder_);
  if (const auto count = processes.size(); count > 0) {
    throw Error(cat("container's cgroup is not empty: ", count, " process(es) found"));
  }
  if (can_freeze(hierarchy) && cgroup::is_frozen(root(hierarchy), path, version(hierarchy))) {
    throw Error("container's cgroup unexpectedly frozen");
  }
}

void CgroupfsDriver::check_not_frozen(const Location& location) {
  // A new cgroup is frozen only by one above it, and there is none above "/runtime-web".
  if (components(location.places[0].path).size() < 2) return;
  if (is_frozen(location)) throw Error("container's cgroup unexpectedly frozen");
}

void CgroupfsDriver::undo(const std::vector<Made>& made) {
  for (auto entry = made.rbegin(); entry != made.rend(); ++entry) {
    const auto all = components(entry->path);
    remove_if_unused(root(entry->hierarchy), split_leaf(all, all.size()));
  }
}

template <typename Open>
auto CgroupfsDriver::open_below(const Location& location, const std::vector<Subgroup>& subgroups,
                                Open open) {
  const auto check_there = [&] {
    const auto known = own_folders(location);
    if (known.empty() || known.front().hierarchy != 0)
      throw Error("the container's cgroup is gone");
  };
  check_there();
  auto opened = open(subgroups.empty() ? location : below(location, subgroups));
  // They may be a namesake's by now. Not if the first is still there, which is the last to go.
  check_there();
  return opened;
}

Membership CgroupfsDriver::join(const Location& location, const std::vector<Subgroup>& subgroups) {
  return open_below(location, subgroups,
                    [&](const Location& inner) { return open_membership(inner); });
}

std::optional<Crossing> CgroupfsDriver::cross(const Location& location,
                                              const std::vector<Subgroup>& subgroups) {
  const Place* counting = find_counting_place(location);
  if (counting == nullptr) return std::nullopt;
  const std::string cgroups = sys::read_file(BorrowedFd::cwd(), "/proc/self/cgroup");
  const auto own = find_path({counting->name, counting->mount_point}, cgroups);
  if (!own) return std::nullopt;
  const auto hierarchy = static_cast<std::size_t>(counting - location.places.data());
  const auto open_procs = [&](std::string_view path) {
    const std::string file = base::join(components(cat(path, "/", file::kProcs)), "/");
    return sys::openat2(root(hierarchy), file.c_str(), O_WRONLY, sys::Resolve::kBeneath);
  };
  return open_below(location, subgroups, [&](const Location& inner) {
    return Crossing(open_procs(*own), open_procs(inner.places[hierarchy].path));
  });
}

Membership CgroupfsDriver::open_membership(const Location& location) {
  OwnedFd unified;
  std::vector<Membership::Tasks> tasks;
  for (std::size_t i = 0; i < location.places.size(); ++i) {
    const std::string directory = base::join(components(location.places[i].path), "/");
    if (version(i) == Version::V2) {
      unified =
          sys::openat2(root(i), directory.c_str(), O_PATH | O_DIRECTORY, sys::Resolve::kBeneath);
    } else {
      const std::string path = cat(directory, "/", file::kTasks);
      tasks.push_back({sys::openat2(root(i), path.c_str(), O_WRONLY, sys::Resolve::kBeneath),
                       root(i), directory});
    }
  }
  return Membership(std::move(unified), std::move(tasks));
}

std::vector<std::string> CgroupfsDriver::remove_until(const Location& location, Deadline deadline) {
  std::vector<std::string> busy;
  if (!is_ours(location)) return busy;
  // The first one last, because it is the one by which an interrupted removal knows its cgroup.
  for (std::size_t i = location.places.size(); i-- > 0;) {
    const base::Context at{[&] { return cat("cgroup hierarchy ", location.places[i].name); }};
    if (!remove_place(location.places[i], i, deadline)) busy.push_back(location.places[i].name);
  }
  return busy;
}

bool CgroupfsDriver::try_remove(const Location& location) {
  return remove_until(location, std::chrono::steady_clock::now()).empty();
}

void CgroupfsDriver::remove(const Location& location) {
  // For all hierarchies together; a process that has been reaped counts for a moment yet.
  const auto busy =
      remove_until(location, std::chrono::steady_clock::now() + std::chrono::milliseconds(500));
  if (busy.empty()) return;
  const auto left = processes(location);
  throw Error(cat("can't remove cgroup ", base::quoted(location.places[0].path), " of ",
                  base::join(busy, ", "), ": still in use",
                  left.empty() ? "" : cat(" by ", describe_processes(left))));
}

bool CgroupfsDriver::remove_place(const Place& place, std::size_t hierarchy, Deadline deadline) {
  const std::vector<std::string> all = components(place.path);
  if (place.existing >= all.size()) return true;
  const Leaf leaf = split_leaf(all, all.size());
  Folder parent(root(hierarchy));
  if (parent.enter(leaf.parent) && !remove_tree(parent, leaf.name, deadline)) return false;
  for (std::size_t depth = all.size() - 1; depth > place.existing; --depth) {
    remove_if_unused(root(hierarchy), split_leaf(all, depth));
  }
  return true;
}

}  // namespace runtime::cgroup
