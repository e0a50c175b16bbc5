// Which cgroup a container gets, if any, and what of it a mount of type "cgroup" shows.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>

#include "oci/config.h"
#include "runtime/cgroup/driver.h"
#include "runtime/init/namespace_plan.h"
#include "runtime/launch/bundle.h"
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

// Once more, when the id is ours: what was there before may have been the cgroup of a namesake, who
// is gone. Throws if it has been made for another container below that state root.
void look_again(cgroup::Driver& driver, cgroup::Location& location, const oci::Config& config,
                const std::string& id, const std::string& state_root);

// config-linux.md#cgroup-ownership: the host's user to whom the cgroup is to be given, if anybody.
// Pure. Only a folder of cgroup2 that is made for the container, which has a cgroup namespace and a
// user namespace of its own and may write to the mount of /sys/fs/cgroup.
std::optional<uid_t> cgroup_owner(const Bundle& bundle, const NamespacePlan& plan,
                                  const cgroup::Location& location);

// Gives it to them, if anybody.
void delegate_cgroup(const Bundle& bundle, const NamespacePlan& plan,
                     const cgroup::Location& location, const cgroup::Membership& membership);

rootfs::CgroupView cgroup_view(const cgroup::Layout& layout, const cgroup::Location& chosen,
                               const oci::Linux& config);

}  // namespace runtime
