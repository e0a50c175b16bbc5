#include "runtime/checkpoint/externals.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/mount.h"
#include "base/text.h"
#include "oci/default_devices.h"
#include "runtime/init/namespace_kind.h"
#include "runtime/init/notify.h"
#include "runtime/rootfs/devices.h"

namespace runtime {

using base::cat;
using base::Error;
using base::OwnedFd;
using oci::NamespaceType;

namespace {

constexpr const char* kNullDevice = "/dev/null";

// CRIU takes these two as descriptors, by the names that runc has given them.
struct ExternalNamespace {
  NamespaceType type;
  const char* key;
};
constexpr ExternalNamespace kExternalNamespaces[] = {
    {NamespaceType::Network, "extRootNetNS"},
    {NamespaceType::Pid, "extRootPidNS"},
};

// The mount at the path, if something is mounted there.
struct Found {
  sys::Placement place;
  std::string path;  // without links
};
std::optional<Found> find_mount(const base::RootDir& root, const std::string& path) {
  const auto object = root.find(path);
  if (!object) return std::nullopt;
  const sys::Placement place = sys::statx(*object);
  if (!place.is_mount_root) return std::nullopt;
  return Found{place, sys::path_of(*object)};
}

std::vector<std::string> device_paths(const oci::Config& config) {
  std::vector<std::string> paths = rootfs::default_device_paths();
  for (const oci::Device& device : config.linux->devices) paths.push_back(device.path);
  return paths;
}

// Where the destination is, once links of the root file system are followed as far as it has them.
std::string resolved(const base::RootDir& root, const std::string& path,
                     const std::string& destination) {
  const auto object = root.find(destination);
  const std::string found = object ? sys::path_of(*object) : "";
  return found.starts_with(path + "/") ? found.substr(path.size()) : destination;
}

// Files that are masked with a null device that is itself the host's.
void find_masks(const base::RootDir& root, const oci::Config& config,
                std::vector<criu::ExternalMount>& mounts) {
  for (const std::string& path : config.linux->masked_paths) {
    const auto found = find_mount(root, path);
    if (found && oci::is_null_device(found->place.mode, found->place.node)) {
      mounts.push_back({found->path, kNullDevice});
    }
  }
}

}  // namespace

void check_mounts_come_back(const std::vector<rootfs::MountStep>& mounts) {
  for (const rootfs::MountStep& step : mounts) {
    if (!step.id_map) continue;
    throw Error(cat("mounts[", step.index, "] ", base::shown(step.destination),
                    ": CRIU can't restore the mapped ids of a mount"));
  }
}

std::vector<criu::ExternalMount> find_external_mounts(const base::RootDir& root,
                                                      const oci::Config& config,
                                                      const std::vector<rootfs::MountStep>& mounts,
                                                      const rootfs::CgroupView& cgroups) {
  std::vector<criu::ExternalMount> external;
  const auto add = [&](const std::string& destination) {
    const auto found = find_mount(root, destination);
    if (found) external.push_back({found->path, found->path});
    return found.has_value();
  };
  for (const rootfs::MountStep& step : mounts) {
    if (step.kind == rootfs::MountKind::Bind) add(step.destination);
    if (step.kind != rootfs::MountKind::Cgroup) continue;
    for (const auto& each : bound_cgroups(step.destination, cgroups)) add(each.destination);
  }
  add(kNotifyPoint);
  for (const std::string& path : device_paths(config)) {
    if (add(path) && path == kNullDevice) find_masks(root, config, external);
  }
  return external;
}

std::vector<criu::ExternalMount> supply_external_mounts(
    const base::RootDir& root, const std::string& path, const oci::Config& config,
    const std::vector<rootfs::MountStep>& mounts, const rootfs::CgroupView& cgroups) {
  std::vector<criu::ExternalMount> external;
  for (const rootfs::MountStep& step : mounts) {
    const auto add = [&](const std::string& destination, const std::string& source) {
      external.push_back({resolved(root, path, destination), source});
    };
    if (step.kind == rootfs::MountKind::Bind) add(step.destination, step.source);
    if (step.kind != rootfs::MountKind::Cgroup) continue;
    for (const auto& each : bound_cgroups(step.destination, cgroups)) {
      add(each.destination, each.source);
    }
  }
  for (const std::string& device : device_paths(config)) external.push_back({device, device});
  return external;
}

std::vector<std::string> find_external_namespaces(const oci::Linux& config, pid_t init) {
  std::vector<std::string> external;
  for (const ExternalNamespace& each : kExternalNamespaces) {
    const oci::Namespace* entry = oci::find_namespace(config, each.type);
    if (entry == nullptr || entry->path.empty()) continue;
    const char* kind = kind_of(each.type).link;
    // "net:[4026532000]"
    const std::string link =
        sys::readlinkat(base::BorrowedFd::cwd(), cat("/proc/", init, "/ns/", kind).c_str());
    external.push_back(cat(kind, link.substr(link.find('[')), ":", each.key));
  }
  return external;
}

SuppliedNamespaces supply_namespaces(const oci::Linux& config,
                                     const std::vector<JoinedNamespace>& joined) {
  SuppliedNamespaces supplied;
  for (const JoinedNamespace& each : joined) {
    const auto* external =
        std::find_if(std::begin(kExternalNamespaces), std::end(kExternalNamespaces),
                     [&](const ExternalNamespace& row) { return row.type == each.type; });
    if (external != std::end(kExternalNamespaces)) {
      supplied.inherited.push_back({external->key, each.fd.raw()});
    } else if (each.type == NamespaceType::Cgroup) {
      throw Error(cat("/linux/namespaces/", each.index, ": CRIU can't join a cgroup namespace"));
    } else {
      supplied.joined.push_back({kind_of(each.type).link, config.namespaces[each.index].path});
    }
  }
  return supplied;
}

}  // namespace runtime
