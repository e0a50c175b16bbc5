#include "runtime/launch/cgroup_choice.h"

#include "base/log.h"

namespace runtime {

namespace {

CgroupChoice without_cgroup(cgroup::Layout layout) {
  CgroupChoice choice;
  choice.driver = cgroup::driver_without_cgroup(std::move(layout));
  choice.location = choice.driver->locate("", "");
  return choice;
}

CgroupChoice choose_place(CgroupManager manager, const oci::Config& config, const std::string& id,
                          bool tolerant) {
  if (manager == CgroupManager::Disabled) return without_cgroup({});
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

CgroupChoice choose_cgroup(CgroupManager manager, const oci::Config& config, const std::string& id,
                           bool tolerant) {
  CgroupChoice choice = choose_place(manager, config, id, tolerant);
  if (config.linux->resources) {
    choice.limits =
        choice.driver->plan(*config.linux->resources, {"config.json", "/linux/resources"});
  }
  for (const std::string& warning : choice.limits.warnings) base::log::warning(warning);
  return choice;
}

rootfs::CgroupView cgroup_view(const CgroupChoice& choice, bool own_namespace) {
  const cgroup::Layout& layout = choice.driver->layout();
  rootfs::CgroupView view;
  view.unified = layout.mode == cgroup::Mode::V2;
  view.own_namespace = own_namespace;
  const cgroup::Location location = cgroup::where_processes_are(choice.location);
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
