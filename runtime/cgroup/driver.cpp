#include "runtime/cgroup/driver.h"

#include <utility>

#include "runtime/cgroup/cgroupfs.h"
#include "runtime/cgroup/no_cgroup.h"
#include "runtime/cgroup/systemd_driver.h"

namespace runtime::cgroup {

std::unique_ptr<Driver> driver_for_host(Host host) {
  return std::make_unique<CgroupfsDriver>(std::move(host));
}

std::unique_ptr<Driver> systemd_driver(Host host, oci::Map<std::string> annotations) {
  return std::make_unique<SystemdDriver>(std::move(host), std::move(annotations));
}

std::unique_ptr<Driver> driver_without_cgroup(Layout layout) {
  return std::make_unique<NoCgroupDriver>(std::move(layout));
}

std::unique_ptr<Driver> driver_of(const Location& location) {
  if (location.driver == DriverKind::Disabled) return driver_without_cgroup({});
  if (location.driver == DriverKind::Systemd) return std::make_unique<SystemdDriver>(location);
  return std::make_unique<CgroupfsDriver>(location);
}

std::vector<pid_t> visible_processes(const Location& location) {
  std::vector<pid_t> pids = driver_of(location)->processes(location);
  std::erase(pids, 0);  // of a pid namespace where we can't name them
  return pids;
}

}  // namespace runtime::cgroup
