#include "runtime/launch/cgroup_choice.h"

#include <algorithm>
#include <optional>

#include "base/attempt.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "oci/id_map.h"
#include "runtime/cgroup/delegation.h"
#include "runtime/container/state_dir.h"

namespace runtime {

namespace {

CgroupChoice without_cgroup(cgroup::Layout layout) {
  CgroupChoice choice;
  choice.driver = cgroup::driver_without_cgroup(std::move(layout));
  choice.location = choice.driver->locate("", "");
  return choice;
}

// For what a mount of type "cgroup" shows; it does without where there is nothing to show.
cgroup::Layout layout_if_any() {
  const auto host = base::attempt([] { return std::optional(cgroup::inspect_host()); });
  return host ? host->layout : cgroup::Layout{};
}

bool shows_writable_cgroup(const std::vector<rootfs::MountStep>& mounts) {
  return std::any_of(mounts.begin(), mounts.end(), [](const rootfs::MountStep& mount) {
    return mount.kind == rootfs::MountKind::Cgroup && mount.destination == "/sys/fs/cgroup" &&
           !mount.options.read_only();
  });
}

CgroupChoice choose_place(CgroupManager manager, const oci::Config& config, const std::string& id,
                          bool tolerant) {
  if (manager == CgroupManager::Disabled) return without_cgroup(layout_if_any());
  CgroupChoice choice;
  cgroup::Host host = cgroup::inspect_host();
  const bool by_systemd = manager == CgroupManager::Systemd;
  choice.driver = by_systemd ? cgroup::systemd_driver(std::move(host), config.annotations)
                             : cgroup::driver_for_host(std::move(host));
  const std::string& path = config.linux->cgroups_path;
  choice.location = choice.driver->locate(path, id);
  if (!tolerant || !path.empty() || choice.driver->may_create(choice.location)) {
    return choice;
  }
  base::log::debug([] { return "no cgroup for the container: the caller may make none"; });
  return without_cgroup(choice.driver->layout());
}

}  // namespace

std::optional<uid_t> cgroup_owner(const Bundle& bundle, const NamespacePlan& plan,
                                  const cgroup::Location& location) {
  if (location.mode != cgroup::Mode::V2 || !cgroup::is_made_for_container(location))
    return std::nullopt;
  if (!plan.unshare_cgroup || !plan.new_user_namespace()) return std::nullopt;
  if (!shows_writable_cgroup(bundle.mounts)) return std::nullopt;
  return oci::host_id(bundle.config.linux->uid_mappings, bundle.config.process->user.uid);
}

void delegate_cgroup(const Bundle& bundle, const NamespacePlan& plan,
                     const cgroup::Location& location, const cgroup::Membership& membership) {
  const auto owner = cgroup_owner(bundle, plan, location);
  if (owner) cgroup::delegate_folder(*membership.clone_into(), *owner);
}

CgroupChoice choose_cgroup(CgroupManager manager, const oci::Config& config, const std::string& id,
                           bool tolerant) {
  CgroupChoice choice = choose_place(manager, config, id, tolerant);
  if (config.linux->resources) {
    choice.limits =
        choice.driver->plan(*config.linux->resources, {"config.json", "/linux/resources"});
  }
  base::log::warnings(choice.limits.warnings);
  return choice;
}

namespace {

// Of a container whose create is under way or was killed there is the intent only.
std::optional<Record> read_any(const StateDir& dir) {
  auto record = base::attempt([&] { return dir.read_state(); });
  return record ? std::move(record) : base::attempt([&] { return dir.read_intent(); });
}

bool has_made(const Record& record, const cgroup::Place& place) {
  if (!cgroup::is_made_for_container(record.cgroup)) return false;
  const cgroup::Place& made = record.cgroup.places.front();
  if (made.mount_point != place.mount_point || made.path != place.path) return false;
  // Not one that is gone, and another made there by whomever.
  return cgroup::driver_of(record.cgroup)->open_folders(record.cgroup).front().valid();
}

// Nobody may be in it: its init is yet to be born, or has ended.
void check_unclaimed(const cgroup::Place& place, const std::string& state_root) {
  StateDir::visit(state_root, StateDir::list(state_root), [&](const StateDir& dir) {
    const auto record = read_any(dir);
    if (!record || !has_made(*record, place)) return;
    throw base::Error(
        base::cat("container's cgroup is that of container ", base::quoted(record->id)));
  });
}

}  // namespace

void look_again(cgroup::Driver& driver, cgroup::Location& location, const oci::Config& config,
                const std::string& id, const std::string& state_root) {
  if (location.places.empty() || cgroup::is_made_for_container(location)) return;
  location = driver.locate(config.linux->cgroups_path, id);
  // systemd sees to it that no two have one unit.
  const bool is_there = !cgroup::is_made_for_container(location);
  if (is_there && location.driver == CgroupManager::Cgroupfs) {
    check_unclaimed(location.places.front(), state_root);
  }
}

rootfs::CgroupView cgroup_view(const cgroup::Layout& layout, const cgroup::Location& chosen,
                               const oci::Linux& config) {
  rootfs::CgroupView view;
  view.unified = layout.mode == cgroup::Mode::V2;
  view.own_namespace = oci::find_namespace(config, oci::NamespaceType::Cgroup) != nullptr;
  const cgroup::Location location = cgroup::where_processes_are(chosen);
  for (std::size_t i = 0; i < layout.hierarchies.size(); ++i) {
    const cgroup::Hierarchy& hierarchy = layout.hierarchies[i];
    // Without one of the container's own, all of it.
    const bool has_place = i < location.places.size();
    const std::string path = has_place ? location.places[i].path : "";
    view.hierarchies.push_back({hierarchy.filesystem_type(), hierarchy.mount_options(),
                                hierarchy.directory_name(), hierarchy.link_names(),
                                hierarchy.mount_point + path});
  }
  return view;
}

}  // namespace runtime
