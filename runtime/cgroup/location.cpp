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

bool is_made_for_container(const Location& location) {
  if (location.places.empty()) return false;
  const Place& first = location.places.front();
  return first.existing < components(first.path).size();
}

bool has_been_made(const Location& location) {
  return !location.places.empty() && location.places.front().inode != 0;
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

std::vector<Subgroup> parse_subgroup(std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view path = colon == std::string_view::npos ? text : text.substr(colon + 1);
  std::string normal;
  for (const std::string& component : components(path)) {
    if (component == "..") throw Error("leads out of the container's cgroup");
    if (component != ".") normal += cat("/", component);
  }
  if (colon == std::string_view::npos) return {{"", normal}};
  std::vector<Subgroup> all;
  for (const std::string_view controller : base::split(text.substr(0, colon), ',')) {
    if (controller.empty()) throw Error("a controller is expected before the colon");
    all.push_back({std::string(controller), normal});
  }
  return all;
}

Location below(const Location& location, const std::vector<Subgroup>& subgroups) {
  Location inner = location;
  for (const Subgroup& subgroup : subgroups) {
    bool found = false;
    for (Place& place : inner.places) {
      const Hierarchy hierarchy{place.name, place.mount_point};
      const bool is_meant = subgroup.controller.empty() || subgroup.controller == place.name ||
                            hierarchy.has_controller(subgroup.controller);
      if (is_meant) place.path += subgroup.path;
      found = found || is_meant;
    }
    if (!found) throw Error(cat("no hierarchy has the controller ", quoted(subgroup.controller)));
  }
  return inner;
}

Subgroup find_subgroup(const Location& location, std::string_view proc_cgroup) {
  const std::string own = cat("/", base::join(components(location.places.front().path), "/"));
  const Hierarchy unified{std::string(Hierarchy::kV2Name), ""};
  const auto path = find_path(unified, proc_cgroup);
  if (!path || !path->starts_with(own + "/")) {
    throw Error("the container's init has left the container's cgroup");
  }
  return {unified.name, std::string(path->substr(own.size()))};
}

const Place* find_counting_place(const Location& location) {
  const Place* unified = nullptr;
  for (const Place& place : location.places) {
    const Hierarchy hierarchy{place.name, place.mount_point};
    if (hierarchy.has_controller("pids")) return &place;
    if (hierarchy.is_v2()) unified = &place;
  }
  return unified;
}

namespace {

// A long id is a name of its own: with the prefix it would be none.
std::string default_path(std::string_view id) {
  const bool fits = kDefaultPrefix.size() - 1 + id.size() <= kLongestName;
  return cat(fits ? kDefaultPrefix : "/", id);
}

}  // namespace

Location place_container(const Layout& layout, std::string_view cgroups_path, std::string_view id) {
  const std::string path =
      normal_path(cgroups_path.empty() ? default_path(id) : std::string(cgroups_path));
  Location location;
  location.mode = layout.mode;
  for (const Hierarchy& hierarchy : layout.hierarchies) {
    location.places.push_back({hierarchy.name, hierarchy.mount_point, path});
  }
  return location;
}

}  // namespace runtime::cgroup
