// The mounts of a config as steps (config.md#mounts): options parsed, paths cleaned, everything
// refused that can be refused by looking at the config alone.
//
// Pure: the parent makes the plan before its first side effect, the child's mount_all carries it
// out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "oci/config.h"
#include "oci/config_linux.h"
#include "runtime/rootfs/id_map_option.h"
#include "runtime/rootfs/mount_options.h"

namespace runtime::rootfs {

enum class MountKind {
  Bind,        // by option, whatever the type says
  Filesystem,  // a new instance of `type`
  Cgroup,      // type "cgroup": what the host's hierarchies make of it
  Remount,     // a change of what is mounted there already
};

// Ids of the filesystem that are shown as others (config.md#posix-platform-mounts), on this mount
// or those below as well. Without lists: as the user namespace has it that the container joins.
struct IdMap {
  bool recursive = false;
  IdLists lists;

  bool is_of_container() const noexcept { return lists.uids.empty(); }
};

// fsconfig(2) takes a value of at most this many bytes.
inline constexpr std::size_t kLongestValue = 255;
// An option with a longer one, which only mount(2) takes.
bool is_long(std::string_view option);

// A mount option of SELinux's and the context it gives; mount_label.h decides who has one.
struct MountLabel {
  std::string option;
  std::string context;
  bool empty() const noexcept { return context.empty(); }
  bool operator==(const MountLabel&) const = default;
};

struct MountStep {
  std::size_t index = 0;  // in config.mounts
  MountKind kind{};
  std::string type;
  std::string source;       // of a bind: an absolute path of the host
  std::string destination;  // absolute, cleaned; never "/"
  MountOptions options;
  std::optional<IdMap> id_map;
  MountLabel label;        // of all that is in a new filesystem
  std::string root_label;  // of its root alone, where it takes no option
};

// `bundle` is the bundle's absolute path: relative sources start there. `linux` says what ids the
// container has. What is wrong is added to `problems`, each as "/mounts/2/options/3: …"; with a
// problem added the steps are of no use.
std::vector<MountStep> plan_mounts(const std::vector<oci::Mount>& mounts, const std::string& bundle,
                                   const oci::Linux& linux, std::vector<std::string>& problems);

// The same; throws one base::Error "config.json: …; …" with all problems.
std::vector<MountStep> plan_mounts(const std::vector<oci::Mount>& mounts, const std::string& bundle,
                                   const oci::Linux& linux);

// True for the few files of procfs that may be mounted over, as lxcfs does.
bool may_cover_in_proc(const std::string& destination);

}  // namespace runtime::rootfs
