#include "runtime/cgroup/driver.h"

#include <utility>

#include "runtime/cgroup/cgroupfs.h"

namespace runtime::cgroup {

std::unique_ptr<Driver> driver_for_host(Host host) {
  return std::make_unique<CgroupfsDriver>(std::move(host));
}

std::unique_ptr<Driver> driver_of(const Location& location) {
  return std::make_unique<CgroupfsDriver>(location);
}

}  // namespace runtime::cgroup
