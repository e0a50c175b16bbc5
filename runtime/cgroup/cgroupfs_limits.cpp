// Planning, writing and changing the container's limits.
#include <algorithm>
#include <string>
#include <utility>

#include "base/attempt.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/rollback.h"
#include "base/text.h"
#include "oci/problems.h"
#include "runtime/cgroup/cgroupfs.h"
#include "runtime/cgroup/control_files.h"
#include "runtime/cgroup/settings.h"
#include "runtime/cgroup/statistics_files.h"
#include "runtime/cgroup/subtree.h"
#include "runtime/cgroup/tree.h"
#include "runtime/resources/plan.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::OwnedFd;

namespace {

Limits plan_on(const resources::Seats& seats, const oci::Resources& resources,
               const resources::Current& current, const Origin& origin) {
  Limits limits{origin, {}, {}};
  oci::Problems problems(&limits.warnings);
  limits.settings = resources::plan(resources, seats, current, origin.at, problems);
  limits.devices = plan_device_filter(resources.devices, seats, origin.at + "/devices", problems);
  problems.throw_if_any(origin.file_name);
  return limits;
}

OwnedFd must_open(BorrowedFd root, const std::string& path) {
  auto folder = open_folder(root, path);
  if (!folder) throw base::Error("cgroup vanished");
  return std::move(*folder);
}

}  // namespace

resources::Seats CgroupfsDriver::seats() {
  // cgroup2, if there is one, is the first.
  const bool has_v2 = !layout_.hierarchies.empty() && layout_.hierarchies.front().is_v2();
  return seats_of(layout_, has_v2 ? sys::read_line(root(0), file::kControllers) : "");
}

Limits CgroupfsDriver::plan(const oci::Resources& resources, const Origin& origin) {
  return plan_on(seats(), resources, {}, origin);
}

Limits CgroupfsDriver::plan_update(const Location& location, const oci::Resources& resources,
                                   const Origin& origin) {
  const std::vector<OwnedFd> folders = open_folders(location);
  const auto current = [&](std::size_t hierarchy, const std::string& name) {
    return sys::try_read_file(folders[hierarchy], name.c_str()).bytes;
  };
  return plan_on(seats(), resources, current, origin);
}

std::vector<std::string> CgroupfsDriver::needed_controllers(const Limits& limits) const {
  std::vector<std::string> needed;
  for (const resources::Setting& setting : limits.settings) {
    if (version(setting.hierarchy) == Version::V1) continue;
    const std::string& file = setting.ways.front().file;
    std::string controller = file.substr(0, file.find('.'));
    // Files of the core, cgroup.max.depth and the like, are always there.
    if (controller == "cgroup") continue;
    if (std::find(needed.begin(), needed.end(), controller) == needed.end()) {
      needed.push_back(std::move(controller));
    }
  }
  return needed;
}

void CgroupfsDriver::supply_controllers(const Location& location, const Limits& limits) {
  for (std::size_t i = 0; i < location.places.size(); ++i) {
    if (version(i) == Version::V1) continue;
    enable_controllers(root(i), location.places[i].path, needed_controllers(limits));
  }
}

void CgroupfsDriver::apply(const Location& location, const Limits& limits) {
  // Most hosts of several hierarchies have limits in a few of them only.
  std::vector<OwnedFd> folders(location.places.size());
  const auto folder = [&](std::size_t hierarchy) {
    OwnedFd& opened = folders[hierarchy];
    if (!opened.valid()) opened = must_open(root(hierarchy), location.places[hierarchy].path);
    return BorrowedFd(opened);
  };
  write_settings(limits, folder);
  if (limits.devices.empty()) return;
  const std::string at = limits.origin.at + "/devices";
  const base::Context filtering{[&] { return base::cat(limits.origin.file_name, ": ", at); }};
  if (apply_device_filter(limits.devices, folder(limits.devices.hierarchy))) return;
  base::log::debug([&] { return base::cat(at, ": ", kNoRightToFilter); });
}

void CgroupfsDriver::update(const Location& location, const Limits& limits) {
  const std::vector<OwnedFd> folders = open_folders(location);
  const auto folder = [&](std::size_t hierarchy) { return BorrowedFd(folders[hierarchy]); };
  const Limits before = snapshot(limits, folder);
  base::Rollback restore{[&] { write_settings(before, folder); }};
  write_settings(limits, folder);
  restore.commit();
}

std::uint64_t CgroupfsDriver::memory_kills(const Location& location) {
  const auto seat = seats().find("memory");
  if (!seat) return 0;
  const OwnedFd folder = std::move(open_folders(location)[seat->hierarchy]);
  if (!folder.valid()) return 0;
  const char* name = seat->version == Version::V1 ? file::kOomControl : file::kMemoryEvents;
  return counter(parse_flat(read_text(folder, name)), "oom_kill");
}

void CgroupfsDriver::note_earlier_kills(const Location& location) {
  // None in a cgroup that is new, which nearly every one is.
  if (is_made_for_container(location)) return;
  const auto kills = base::attempt([&] { return std::optional(memory_kills(location)); });
  earlier_kills_ = kills.value_or(0);
}

bool CgroupfsDriver::ran_out_of_memory(const Location& location) {
  return memory_kills(location) > earlier_kills_;
}

std::vector<OwnedFd> CgroupfsDriver::open_folders(const Location& location) {
  std::vector<OwnedFd> folders(location.places.size());
  if (!is_ours(location)) return folders;
  for (std::size_t i = 0; i < folders.size(); ++i) {
    auto folder = open_folder(root(i), location.places[i].path);
    if (folder) folders[i] = std::move(*folder);
  }
  return folders;
}

}  // namespace runtime::cgroup
