// How this host's cgroup hierarchies are laid out, as a value, and the pure parsers it is made of.
// host.h looks at the machine; nothing here does. rootfs/ mounts "cgroup" in a container by it.
#pragma once

#include <cstdint>
#include <linux/magic.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/resources/seats.h"

namespace runtime::cgroup {

enum class Mode {
  V2,      // cgroup2 at /sys/fs/cgroup
  V1,      // one v1 mount per hierarchy below /sys/fs/cgroup
  Hybrid,  // the same, and cgroup2 at /sys/fs/cgroup/unified
};

// One mounted hierarchy.
struct Hierarchy {
  std::string name;         // of /proc/self/cgroup: "cpu,cpuacct", "name=systemd"; v2: "unified"
  std::string mount_point;  // "/sys/fs/cgroup/cpu,cpuacct"

  bool is_v2() const { return name == kV2Name; }
  bool has_controller(std::string_view controller) const;

  // What mount(8) would be told to mount it once more: filesystem type and options.
  const char* filesystem_type() const { return is_v2() ? "cgroup2" : "cgroup"; }
  // Of its mount, as statfs(2) has it.
  std::uint64_t filesystem_magic() const {
    return is_v2() ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC;
  }
  std::string mount_options() const;  // "cpu,cpuacct", "none,name=systemd"; v2: ""
  // Where it lies below /sys/fs/cgroup by convention: "cpu,cpuacct", "systemd", "unified".
  std::string directory_name() const;
  // Links beside that folder: "cpu" and "cpuacct" when several controllers share it.
  std::vector<std::string> link_names() const;

  static constexpr std::string_view kV2Name = "unified";
};

struct Layout {
  Mode mode = Mode::V2;
  // The first one is asked about processes: cgroup2 if there is one, else the freezer, else any.
  std::vector<Hierarchy> hierarchies;
};

// Which hierarchy has which controller; `v2_controllers` is what cgroup2's cgroup.controllers says.
resources::Seats seats_of(const Layout& layout, std::string_view v2_controllers);

// A line of a /proc/<pid>/cgroup.
struct CgroupLine {
  std::string_view name;  // of the hierarchy: "cpu,cpuacct", "name=systemd"; empty: cgroup2
  std::string_view path;
};

// In its order. Lines that make no sense are skipped.
std::vector<CgroupLine> parse_proc_cgroup(std::string_view proc_cgroup);

// The v1 hierarchies among them.
std::vector<std::string> parse_v1_names(std::string_view proc_cgroup);

// The cgroup in that hierarchy according to a /proc/<pid>/cgroup: "/path".
std::optional<std::string_view> find_path(const Hierarchy& hierarchy, std::string_view proc_cgroup);

// Where the hierarchies named are mounted according to a /proc/<pid>/mountinfo. Those that are not
// mounted are left out; of several mounts the first with the whole tree wins.
std::vector<Hierarchy> find_mounts(std::string_view mountinfo,
                                   const std::vector<std::string>& names);

// Brings the hierarchies into the order that Layout promises and says which mode they make.
Layout make_layout(std::vector<Hierarchy> hierarchies);

}  // namespace runtime::cgroup
