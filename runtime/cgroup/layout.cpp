#include "runtime/cgroup/layout.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace runtime::cgroup {

namespace {

constexpr std::string_view kNamePrefix = "name=";

std::vector<std::string_view> parts(const std::string& name) { return base::split(name, ','); }

bool is_named(std::string_view part) { return part.substr(0, kNamePrefix.size()) == kNamePrefix; }

// "name=systemd" lies in a folder called "systemd".
std::string_view folder_part(std::string_view part) {
  return is_named(part) ? part.substr(kNamePrefix.size()) : part;
}

bool contains(const std::vector<std::string_view>& list, std::string_view wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

// One line of mountinfo, as far as it concerns us.
struct Mount {
  std::string_view root;         // (4)
  std::string_view mount_point;  // (5)
  std::string_view type;
  std::vector<std::string_view> options;  // of the superblock
};

std::optional<Mount> parse_mount(std::string_view line) {
  const auto separator = line.find(" - ");
  if (separator == std::string_view::npos) return std::nullopt;
  const auto before = base::split(line.substr(0, separator), ' ');
  const auto after = base::split(line.substr(separator + 3), ' ');
  if (before.size() < 6 || after.size() < 3) return std::nullopt;
  return Mount{before[3], before[4], after[0], base::split(after[2], ',')};
}

bool is_mount_of(const Mount& mount, const std::string& name) {
  if (name == Hierarchy::kV2Name) return mount.type == "cgroup2";
  if (mount.type != "cgroup") return false;
  const auto wanted = parts(name);
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](std::string_view part) { return contains(mount.options, part); });
}

std::vector<Mount> parse_cgroup_mounts(std::string_view mountinfo) {
  std::vector<Mount> mounts;
  for (const std::string_view line : base::split(mountinfo, '\n')) {
    const auto mount = parse_mount(line);
    if (mount && (mount->type == "cgroup" || mount->type == "cgroup2")) mounts.push_back(*mount);
  }
  return mounts;
}

int rank(const Hierarchy& hierarchy) {
  if (hierarchy.is_v2()) return 0;
  return hierarchy.has_controller("freezer") ? 1 : 2;
}

}  // namespace

bool Hierarchy::has_controller(std::string_view controller) const {
  return !is_v2() && contains(parts(name), controller);
}

std::string Hierarchy::mount_options() const {
  if (is_v2()) return "";
  const auto all = parts(name);
  // A hierarchy without controllers has to say so, or the kernel takes it for "all of them".
  return std::all_of(all.begin(), all.end(), is_named) ? "none," + name : name;
}

std::string Hierarchy::directory_name() const {
  std::string directory;
  for (const std::string_view part : parts(name)) {
    if (!directory.empty()) directory += ',';
    directory += folder_part(part);
  }
  return directory;
}

std::vector<std::string> Hierarchy::link_names() const {
  const auto all = parts(name);
  std::vector<std::string> links;
  if (all.size() < 2) return links;
  for (const std::string_view part : all) links.emplace_back(folder_part(part));
  return links;
}

std::vector<CgroupLine> parse_proc_cgroup(std::string_view proc_cgroup) {
  std::vector<CgroupLine> lines;
  for (const std::string_view line : base::split(proc_cgroup, '\n')) {
    // "4:memory:/path"; cgroup2 is "0::/path". The path may hold colons.
    const auto first = line.find(':');
    const auto second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    lines.push_back({line.substr(first + 1, second - first - 1), line.substr(second + 1)});
  }
  return lines;
}

std::vector<std::string> parse_v1_names(std::string_view proc_cgroup) {
  std::vector<std::string> names;
  for (const CgroupLine& line : parse_proc_cgroup(proc_cgroup)) {
    if (!line.name.empty()) names.emplace_back(line.name);
  }
  return names;
}

std::optional<std::string_view> find_path(const Hierarchy& hierarchy,
                                          std::string_view proc_cgroup) {
  const std::string_view wanted = hierarchy.is_v2() ? std::string_view() : hierarchy.name;
  for (const CgroupLine& line : parse_proc_cgroup(proc_cgroup)) {
    if (line.name == wanted) return line.path;
  }
  return std::nullopt;
}

std::vector<Hierarchy> find_mounts(std::string_view mountinfo,
                                   const std::vector<std::string>& names) {
  const auto mounts = parse_cgroup_mounts(mountinfo);
  std::vector<Hierarchy> found;
  for (const std::string& name : names) {
    const Mount* best = nullptr;
    for (const Mount& mount : mounts) {
      if (!is_mount_of(mount, name)) continue;
      if (best == nullptr || (best->root != "/" && mount.root == "/")) best = &mount;
    }
    if (best != nullptr) found.push_back({name, base::without_octal(best->mount_point)});
  }
  return found;
}

Layout make_layout(std::vector<Hierarchy> hierarchies) {
  std::stable_sort(hierarchies.begin(), hierarchies.end(),
                   [](const Hierarchy& a, const Hierarchy& b) { return rank(a) < rank(b); });
  Mode mode = Mode::V1;
  if (!hierarchies.empty() && hierarchies.front().is_v2()) {
    mode = hierarchies.size() == 1 ? Mode::V2 : Mode::Hybrid;
  }
  return {mode, std::move(hierarchies)};
}

resources::Seats seats_of(const Layout& layout, std::string_view v2_controllers) {
  using resources::Version;
  resources::Seats seats;
  const auto add = [&](std::string_view names, char separator, resources::Seat seat) {
    for (const std::string_view name : base::split(names, separator)) {
      if (!name.empty()) seats.add(name, seat);
    }
  };
  for (std::size_t i = 0; i < layout.hierarchies.size(); ++i) {
    const Hierarchy& hierarchy = layout.hierarchies[i];
    if (hierarchy.is_v2()) {
      seats.set_unified(i);
      add(v2_controllers.substr(0, v2_controllers.find('\n')), ' ', {i, Version::V2});
    } else {
      add(hierarchy.name, ',', {i, Version::V1});
    }
  }
  return seats;
}

}  // namespace runtime::cgroup
