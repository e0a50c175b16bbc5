// What a container has that is not part of it, as CRIU is to know it: bind mounts, the host's
// device nodes, namespaces that it has joined. At a dump it is named, at a restore something stands
// for it.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "base/directory.h"
#include "oci/config.h"
#include "runtime/criu/request.h"
#include "runtime/init/join.h"
#include "runtime/rootfs/cgroup_view.h"
#include "runtime/rootfs/mount_plan.h"

namespace runtime {

// Pure: throws if it has something that could be dumped but would come back as another thing.
void check_mounts_come_back(const std::vector<rootfs::MountStep>& mounts);

// Those that the container has, looked up from its root.
std::vector<criu::ExternalMount> find_external_mounts(const base::RootDir& root,
                                                      const oci::Config& config,
                                                      const std::vector<rootfs::MountStep>& mounts,
                                                      const rootfs::CgroupView& cgroups);

// What stands for them: by the same names, looked up in the root file system, which is at `path`.
std::vector<criu::ExternalMount> supply_external_mounts(
    const base::RootDir& root, const std::string& path, const oci::Config& config,
    const std::vector<rootfs::MountStep>& mounts, const rootfs::CgroupView& cgroups);

// Namespaces of network and pids that exist: "net[INODE]:extRootNetNS".
std::vector<std::string> find_external_namespaces(const oci::Linux& config, pid_t init);

// Those are given to CRIU as descriptors, the others by path.
struct SuppliedNamespaces {
  std::vector<criu::InheritedFd> inherited;
  std::vector<criu::JoinedNamespaceFile> joined;
};
SuppliedNamespaces supply_namespaces(const oci::Linux& config,
                                     const std::vector<JoinedNamespace>& joined);

}  // namespace runtime
