// Where a container's cgroup is: a plain value that is decided, and written into the intent record,
// before the first directory is made, and that every later command reads from the state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "oci/describe.h"
#include "runtime/cgroup/layout.h"

namespace runtime::cgroup {

enum class DriverKind { Cgroupfs, Systemd, Disabled };

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
  std::vector<Place> places;  // in the order of Layout::hierarchies; empty only when disabled
  // With systemd: the unit whose cgroup it is, whether a user's manager has it, and the cgroup
  // below the unit's that holds the processes, if not the unit's own.
  std::string unit{};
  bool of_user = false;
  std::string subgroup{};
};

}  // namespace runtime::cgroup

namespace oci {

template <>
struct Names<runtime::cgroup::DriverKind> {
  static constexpr NameOf<runtime::cgroup::DriverKind> table[] = {
      {"cgroupfs", runtime::cgroup::DriverKind::Cgroupfs},
      {"systemd", runtime::cgroup::DriverKind::Systemd},
      {"disabled", runtime::cgroup::DriverKind::Disabled},
  };
};

template <>
struct Names<runtime::cgroup::Mode> {
  static constexpr NameOf<runtime::cgroup::Mode> table[] = {
      {"v2", runtime::cgroup::Mode::V2},
      {"v1", runtime::cgroup::Mode::V1},
      {"hybrid", runtime::cgroup::Mode::Hybrid},
  };
};

template <>
struct Describe<runtime::cgroup::Place> {
  using Place = runtime::cgroup::Place;
  static constexpr auto fields = std::tuple{
      Field{"name", &Place::name, required}, Field{"mountPoint", &Place::mount_point, required},
      Field{"path", &Place::path, required}, Field{"existing", &Place::existing},
      Field{"inode", &Place::inode},
  };
};

template <>
struct Describe<runtime::cgroup::Location> {
  using Location = runtime::cgroup::Location;
  static constexpr auto fields = std::tuple{
      Field{"driver", &Location::driver, required},      Field{"mode", &Location::mode, required},
      Field{"hierarchies", &Location::places, required}, Field{"unit", &Location::unit},
      Field{"userManager", &Location::of_user},          Field{"subgroup", &Location::subgroup},
  };
};

}  // namespace oci

namespace runtime::cgroup {

// Where a container without linux.cgroupsPath is: "/runtime-<id>"; "/<id>" if that is too long.
inline constexpr std::string_view kDefaultPrefix = "/runtime-";

// Pure: the places of a container on such a host. `cgroups_path` is linux.cgroupsPath or "";
// `existing` is left 0. Both an absolute and a relative path start at the root of the hierarchy.
// Throws when a component is "." or "..", holds a control character or is too long.
Location place_container(const Layout& layout, std::string_view cgroups_path, std::string_view id);

// The same with the cgroup that the processes are in, which differs when there is a subgroup.
Location where_processes_are(const Location& location);

// A cgroup below a container's, which somebody in it has made: in the hierarchy with that
// controller ("unified": cgroup2) or, without one, in each.
struct Subgroup {
  std::string controller;
  std::string path;  // from the container's cgroup on
};

// Pure: "[CONTROLLER[,CONTROLLER]…:]PATH", as `exec --cgroup` takes it. Throws when the path is
// empty or leads out of the container's cgroup.
std::vector<Subgroup> parse_subgroup(std::string_view text);

// Pure: the same places further down. Throws when no hierarchy has the controller.
Location below(const Location& location, const std::vector<Subgroup>& subgroups);

// Pure: the cgroup below the container's that a process is in, by its /proc/<pid>/cgroup, on
// cgroup2. Throws when it is in another.
Subgroup find_subgroup(const Location& location, std::string_view proc_cgroup);

// Pure: the place whose cgroups limit how many processes there are (pids.max): the v1 controller's,
// else cgroup2's; nullptr if there is neither.
const Place* find_counting_place(const Location& location);

// Pure: whether the cgroup wasn't there before the container, and so has only what is the
// container's.
bool is_made_for_container(const Location& location);

// Pure: whether create got as far as to note which folder it is, before which nobody was put there.
bool has_been_made(const Location& location);

// The components of a path, without empty ones.
std::vector<std::string> components(std::string_view path);

}  // namespace runtime::cgroup
