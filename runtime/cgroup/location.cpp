#include "runtime/cgroup/location.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace runtime::cgroup {

using base::cat;
using base::Error;
using base::quoted;

namespace {

// So that "<path>/<control file>" is still a path for the kernel.
constexpr std::size_t kLongestPath = 4000;
constexpr std::size_t kLongestName = 255;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// The configuration was validated; this is the last look before a directory is made.
void check_component(std::string_view component) {
  if (component == "." || component == "..") {
    throw Error(cat("cgroupsPath: component ", quoted(component), " is not allowed"));
  }
  if (component.size() > kLongestName) {
    throw Error(cat("cgroupsPath: component ", quoted(component), " is longer than ", kLongestName,
                    " bytes"));
  }
  // The kernel refuses a newline, and nobody wants the others in /proc/<pid>/cgroup either.
  if (std::any_of(component.begin(), component.end(), is_control)) {
    throw Error(cat("cgroupsPath: control character in ", quoted(component)));
  }
}

std::string normal_path(std::string_view path) {
  if (path.size() > kLongestPath) {
    throw Error(cat("cgroupsPath is longer than ", kLongestPath, " bytes"));
  }
  std::string normal;
  for (const std::string& component : components(path)) {
    check_component(component);
    normal += cat("/", component);
  }
  if (normal.empty()) throw Error("cgroupsPath: a container can't have the root cgroup");
  return normal;
}

}  // namespace

std::vector<std::string> components(std::string_view path) {
  std::vector<std::string> all;
  for (const std::string_view component : base::split(path, '/')) {
    if (!component.empty()) all.emplace_back(component);
  }
  return all;
}

Location where_processes_are(const Location& location) {
  Location inner = location;
  if (location.subgroup.empty()) return inner;
  for (Place& place : inner.places) {
    place.path += "/" + location.subgroup;
    place.inode = 0;
    // The container's cgroup is above it and exists.
    place.existing = static_cast<std::uint32_t>(components(place.path).size() - 1);
  }
  return inner;
}

Location place_container(const Layout& layout, std::string_view cgroups_path, std::string_view id) {
  const std::string path =
      normal_path(cgroups_path.empty() ? cat(kDefaultPrefix, id) : std::string(cgroups_path));
  Location location;
  location.mode = layout.mode;
  for (const Hierarchy& hierarchy : layout.hierarchies) {
    location.places.push_back({hierarchy.name, hierarchy.mount_point, path});
  }
  return location;
}

}  // namespace runtime::cgroup
