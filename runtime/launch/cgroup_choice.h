// Which cgroup a container gets, if any, and what of it a mount of type "cgroup" shows.
#pragma once

#include <memory>
#include <string>

#include "oci/config.h"
#include "runtime/cgroup/driver.h"
#include "runtime/rootfs/cgroup_view.h"

namespace runtime {

// As --cgroup-manager says.
using CgroupManager = cgroup::DriverKind;

struct CgroupChoice {
  std::unique_ptr<cgroup::Driver> driver;
  cgroup::Location location;
  cgroup::Limits limits;  // linux.resources
};

// Makes nothing; refuses limits that this host can't have. Who is `tolerant` and may make no cgroup
// goes without one, unless the config asks for a certain one.
CgroupChoice choose_cgroup(CgroupManager manager, const oci::Config& config, const std::string& id,
                           bool tolerant);

rootfs::CgroupView cgroup_view(const CgroupChoice& choice, bool own_namespace);

}  // namespace runtime
