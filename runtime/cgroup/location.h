// Where a container's cgroup is: a plain value that is decided, and written into the intent record,
// before the first directory is made, and that every later command reads from the state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/cgroup/layout.h"

namespace runtime::cgroup {

enum class DriverKind { Cgroupfs };  // the systemd driver comes with its own issue

// The container's directory in one hierarchy.
struct Place {
  std::string name;         // of the hierarchy, as in Hierarchy
  std::string mount_point;  // of the hierarchy
  std::string path;         // from the mount point: "/pods/web"
  // How many leading components of `path` were there before us. They are never removed.
  std::uint32_t existing = 0;
  // The directory's inode number, set by create for the first place: no later namesake is taken for
  // the container's cgroup. 0: not made yet.
  std::uint64_t inode = 0;
};

struct Location {
  DriverKind driver = DriverKind::Cgroupfs;
  Mode mode = Mode::V2;
  std::vector<Place> places;  // in the order of Layout::hierarchies; never empty
};

// Pure: the places of a container on such a host. `cgroups_path` is linux.cgroupsPath or "";
// `existing` is left 0. Throws when the path has a component "..", ".", a NUL or is too long.
Location place_container(const Layout& layout, std::string_view cgroups_path, std::string_view id);

// The components of a path from the root.
std::vector<std::string> components(std::string_view path);

}  // namespace runtime::cgroup
