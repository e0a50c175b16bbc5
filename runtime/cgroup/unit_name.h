// The systemd unit of a container, from linux.cgroupsPath, which then isn't a path but
// "slice:prefix:name" (so runc has defined it): pure.
#pragma once

#include <string>
#include <string_view>

namespace runtime::cgroup {

struct UnitName {
  std::string unit;   // "docker-web.scope"
  std::string slice;  // it is in: "system.slice"; "" for a slice, whose own name says where it is
  std::string path;   // of its cgroup, below the manager's: "/system.slice/docker-web.scope"
};

// An empty slice is system.slice, or user.slice for a user's manager; "-" and "-.slice" are the
// root. A name that ends in ".slice" is a slice unit, any other makes the scope
// "prefix-name.scope". Without cgroupsPath it is "runtime-<id>.scope". Throws when systemd can't
// have such a unit.
UnitName unit_of(std::string_view cgroups_path, std::string_view id, bool of_user);

// Where a slice's cgroup is: "a-b.slice" is in "a.slice", hence "/a.slice/a-b.slice"; the root
// slice's is "". Throws on what is no name of a slice.
std::string expand_slice(std::string_view slice);

}  // namespace runtime::cgroup
