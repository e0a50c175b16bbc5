#include "runtime/cgroup/systemd_driver.h"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/rollback.h"
#include "base/text.h"
#include "oci/annotations.h"
#include "oci/json_pointer.h"
#include "runtime/cgroup/settings.h"
#include "runtime/cgroup/unit_name.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::cat;
using base::Error;

namespace {

Unit unit_of(const Location& location) { return {location.unit, location.of_user}; }

// Whose manager: the machine's, if that is run by the same user as we are, which the root of a user
// namespace inside of which there is no systemd is not.
bool belongs_to_user() {
  const auto folder = sys::open_if_exists(BorrowedFd::cwd(), "/run/systemd/system", O_PATH);
  return geteuid() != (folder ? sys::fstat(*folder).st_uid : 0);
}

// Whether systemd makes a unit's folder there, and minds if somebody else removes one.
bool is_systemds(const Hierarchy& hierarchy) {
  constexpr std::string_view kManaged[] = {"name=systemd", "cpu",     "cpuacct", "blkio",
                                           "memory",       "devices", "pids"};
  return hierarchy.is_v2() ||
         std::any_of(std::begin(kManaged), std::end(kManaged),
                     [&](std::string_view each) { return hierarchy.has_controller(each); });
}

// Slices are systemd's to remove, even when nobody uses them any more.
void leave_slices(const Layout& layout, Location& location) {
  for (std::size_t i = 0; i < location.places.size(); ++i) {
    Place& place = location.places[i];
    const auto size = static_cast<std::uint32_t>(components(place.path).size());
    if (is_systemds(layout.hierarchies[i])) place.existing = std::max(place.existing, size - 1);
  }
}

std::vector<ControlValue> written_by(const Limits& limits) {
  std::vector<ControlValue> written;
  for (const resources::Setting& setting : limits.settings) {
    for (const resources::Write& write : setting.ways) written.push_back({write.file, write.value});
  }
  return written;
}

// One cgroup below the unit's, and no way out of it.
std::string subgroup_of(const oci::Map<std::string>& annotations) {
  constexpr std::string_view kKey = oci::annotation::unit_subgroup;
  const std::string* name = oci::find(annotations, kKey);
  if (name == nullptr || name->empty()) return "";
  if (*name == "." || *name == ".." || name->find_first_of("/\n") != name->npos) {
    throw Error(
        cat(oci::place_of_annotation(kKey), ": ", base::quoted(*name), " is no name of a cgroup"));
  }
  return *name;
}

void append(Properties& all, Properties more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

SystemdDriver::SystemdDriver(Host host, oci::Map<std::string> annotations)
    : files_(std::move(host)),
      subgroup_(subgroup_of(annotations)),
      annotated_(annotated_properties(annotations)) {}

SystemdDriver::SystemdDriver(const Location& location) : files_(location) {}

Location SystemdDriver::locate(std::string_view cgroups_path, std::string_view id) {
  expect_systemd_helper();
  of_user_ = belongs_to_user();
  const UnitName name = cgroup::unit_of(cgroups_path, id, of_user_);
  common_ = common_properties(name, id, layout().mode);
  Location location = files_.locate((of_user_ ? user_manager_cgroup() : "") + name.path, id);
  location.driver = DriverKind::Systemd;
  location.unit = name.unit;
  location.of_user = of_user_;
  location.subgroup = subgroup_;
  leave_slices(layout(), location);
  return location;
}

// That systemd lets us is known when it does.
bool SystemdDriver::may_create(const Location&) { return true; }

Limits SystemdDriver::plan(const oci::Resources& resources, const Origin& origin) {
  // A user's manager has no right to filter them.
  if (!of_user_) devices_ = device_properties(effective_device_rules(resources.devices));
  return files_.plan(resources, origin);
}

Membership SystemdDriver::create(Location& location, const Limits& limits) {
  const Unit unit = unit_of(location);
  const std::vector<ControlValue> written = written_by(limits);
  Properties properties = common_;
  append(properties, devices_);
  append(properties, limit_properties(written));
  append(properties, start_properties(written));
  // Last, and so in place of ours.
  append(properties, annotated_);
  StartedUnit started = start_unit(unit, properties);
  base::Rollback stop_again{[&] { stop_unit(unit); }};
  for (Place& place : location.places) place.path = started.path;
  Membership membership = enter(location, limits, started.holder ? started.holder->pid() : 0);
  if (started.holder) membership.keep(std::move(*started.holder));
  stop_again.commit();
  return membership;
}

Membership SystemdDriver::enter(Location& location, const Limits& limits, pid_t holder) {
  Membership membership = files_.adopt(location, limits, holder);
  leave_slices(layout(), location);
  if (location.subgroup.empty()) return membership;
  // The folders of hierarchies that systemd doesn't have.
  base::Rollback remove{[&] { files_.try_remove(location); }};
  Location inner = where_processes_are(location);
  Membership inner_membership = files_.create(inner, {});
  remove.commit();
  return inner_membership;
}

Limits SystemdDriver::plan_update(const Location& location, const oci::Resources& resources,
                                  const Origin& origin) {
  return files_.plan_update(location, resources, origin);
}

// Whatever of the CPU's limits is changed, systemd writes the quota as well, rounded.
Limits SystemdDriver::with_quota(const Location& location, const Limits& limits) {
  // Without devices, which no update changes.
  Limits all{limits.origin, limits.settings, {}};
  const auto is_cpu = [](const resources::Setting& setting) {
    return setting.ways.front().file.starts_with("cpu.");
  };
  const auto& settings = all.settings;
  const auto cpu = std::find_if(settings.begin(), settings.end(), is_cpu);
  if (cpu == settings.end()) return all;
  const std::size_t hierarchy = cpu->hierarchy;
  const auto folders = open_folders(location);
  for (const char* file : {"cpu.max", "cpu.cfs_period_us", "cpu.cfs_quota_us"}) {
    auto now = sys::try_read_file(folders[hierarchy], file);
    if (now.error != 0) continue;
    now.bytes.resize(base::without_newline(now.bytes).size());
    all.settings.push_back({hierarchy, "/cpu/quota", {{file, std::move(now.bytes)}}});
  }
  return all;
}

// The files first, because what the kernel refuses systemd would only log; and again after systemd
// has written them.
void SystemdDriver::update(const Location& location, const Limits& limits) {
  const auto folders = open_folders(location);
  const auto folder = [&](std::size_t hierarchy) { return BorrowedFd(folders[hierarchy]); };
  const Limits before = snapshot(with_quota(location, limits), folder);
  files_.update(location, limits);
  base::Rollback restore{[&] { files_.update(location, before); }};
  const Limits exact = with_quota(location, limits);
  set_properties(unit_of(location), limit_properties(written_by(exact)));
  files_.update(location, exact);
  restore.commit();
}

bool SystemdDriver::ran_out_of_memory(const Location& location) {
  return files_.ran_out_of_memory(location);
}

std::vector<base::OwnedFd> SystemdDriver::open_folders(const Location& location) {
  return files_.open_folders(location);
}

Membership SystemdDriver::join(const Location& location, const std::vector<Subgroup>& subgroups) {
  return files_.join(where_processes_are(location), subgroups);
}

std::optional<Crossing> SystemdDriver::cross(const Location& location,
                                             const std::vector<Subgroup>& subgroups) {
  return files_.cross(where_processes_are(location), subgroups);
}

std::vector<pid_t> SystemdDriver::processes(const Location& location) {
  return files_.processes(location);
}

bool SystemdDriver::is_frozen(const Location& location) { return files_.is_frozen(location); }

// The files, though systemd has a call for it: that is v2's only, and has no deadline.
void SystemdDriver::freeze(const Location& location, Deadline deadline) {
  files_.freeze(location, deadline);
}

void SystemdDriver::thaw(const Location& location) { files_.thaw(location); }

void SystemdDriver::kill_all(const Location& location, int signal) {
  files_.kill_all(location, signal);
}

void SystemdDriver::wait_empty(const Location& location, Deadline deadline) {
  files_.wait_empty(location, deadline);
}

// Of a scope whose cgroup is gone systemd has nothing left; by then the bus may be gone, too.
void SystemdDriver::stop(const Location& location) {
  const bool is_slice = location.unit.ends_with(".slice");
  if (is_slice || files_.exists(location)) stop_unit(unit_of(location));
}

// The helper is dead by now, but a message of its may still be on its way. systemd would then make
// a scope for a process that is gone, and on v1 is not told that it is empty.
void SystemdDriver::revoke(const Location& location) { stop_unit(unit_of(location)); }

bool SystemdDriver::try_remove(const Location& location) {
  if (!files_.owns(location)) return true;
  // systemd would end them in its own way, and in its own time.
  if (!processes(location).empty()) return false;
  stop(location);
  return files_.try_remove(location);
}

void SystemdDriver::remove(const Location& location) {
  if (!files_.owns(location)) return;
  stop(location);
  files_.remove(location);
}

}  // namespace runtime::cgroup
