// The mounts of a namespace as /proc/<pid>/mountinfo lists them, as far as taking leave of them
// needs it (move_root.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runtime::rootfs {

struct MountEntry {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;
  std::string point;  // from the root of the process
  bool shared = false;

  bool operator==(const MountEntry&) const = default;
};

// Lines that make no sense are skipped.
std::vector<MountEntry> parse_mount_table(std::string_view mountinfo);

// nullptr when it isn't there.
const MountEntry* find_mount(const std::vector<MountEntry>& table, std::uint64_t id);

// Without the mount `root`, and without `own` and all that lies below it.
std::vector<MountEntry> without_own(const std::vector<MountEntry>& table, std::uint64_t root,
                                    std::uint64_t own);

}  // namespace runtime::rootfs
