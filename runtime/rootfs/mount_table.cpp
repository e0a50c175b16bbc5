#include "runtime/rootfs/mount_table.h"

#include <algorithm>

#include "base/text.h"

namespace runtime::rootfs {

namespace {

// Between the sixth field and a dash: "shared:1 master:2".
bool has_peers(const std::vector<std::string_view>& fields) {
  for (std::size_t at = 6; at < fields.size() && fields[at] != "-"; ++at) {
    if (fields[at].starts_with("shared:")) return true;
  }
  return false;
}

}  // namespace

std::vector<MountEntry> parse_mount_table(std::string_view mountinfo) {
  std::vector<MountEntry> table;
  for (const std::string_view line : base::split(mountinfo, '\n')) {
    const auto fields = base::split(line, ' ');
    if (fields.size() < 10) continue;
    const auto id = base::parse_int<std::uint64_t>(fields[0]);
    const auto parent = base::parse_int<std::uint64_t>(fields[1]);
    if (!id || !parent) continue;
    table.push_back({*id, *parent, base::without_octal(fields[4]), has_peers(fields)});
  }
  return table;
}

const MountEntry* find_mount(const std::vector<MountEntry>& table, std::uint64_t id) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const MountEntry& each) { return each.id == id; });
  return found != table.end() ? &*found : nullptr;
}

std::vector<MountEntry> without_own(const std::vector<MountEntry>& table, std::uint64_t root,
                                    std::uint64_t own) {
  const auto is_own = [&](const MountEntry* mount) {
    // No way up is longer than there are mounts; the topmost may be its own parent.
    for (std::size_t steps = 0; mount != nullptr && steps < table.size(); ++steps) {
      if (mount->id == own) return true;
      mount = find_mount(table, mount->parent);
    }
    return false;
  };
  std::vector<MountEntry> others;
  for (const MountEntry& each : table) {
    if (each.id != root && !is_own(&each)) others.push_back(each);
  }
  return others;
}

}  // namespace runtime::rootfs
