// The rules of namespaces and of what lives in one: id mappings, clock offsets, network devices
// (config-linux.md#namespaces and below).
#include <algorithm>

#include "base/text.h"
#include "oci/id_map.h"
#include "oci/interface_name.h"
#include "oci/json_pointer.h"
#include "oci/rules.h"

namespace oci {

namespace {

bool has_namespace(const Linux& config, NamespaceType type) {
  return find_namespace(config, type) != nullptr;
}

// config-linux.md#namespaces: a type listed twice must be an error; a path must be absolute.
void check_namespace_list(const Linux& config, Problems& problems) {
  for (std::size_t i = 0; i < config.namespaces.size(); ++i) {
    const Namespace& each = config.namespaces[i];
    const std::string at = base::cat("/linux/namespaces/", i);
    if (find_namespace(config, each.type) != &each) {
      problems.add(at + "/type", base::cat(base::quoted(name_of(each.type)), " is listed twice"));
    }
    if (!each.path.empty()) check_absolute(each.path, at + "/path", problems);
  }
}

// Where the runtime's mount namespace is shared the root belongs to no namespace: there is nothing
// for its propagation to reach, and who is in another user namespace has no right to be there.
void check_mount_namespace(const Linux& config, Problems& problems) {
  if (has_namespace(config, NamespaceType::Mount)) return;
  if (has_namespace(config, NamespaceType::User)) {
    problems.add("/linux/namespaces", "with a user namespace a mount namespace is needed");
  }
  if (config.rootfs_propagation) {
    problems.add("/linux/rootfsPropagation", "needs a mount namespace");
  }
}

// config-linux.md#user-namespace-mappings
void check_user_mappings(const Linux& config, const std::vector<IdMapping>& mappings,
                         std::string_view at, Problems& problems) {
  const Namespace* const user = find_namespace(config, NamespaceType::User);
  if (user == nullptr && !mappings.empty()) problems.add(at, "needs a user namespace");
  if (user != nullptr && user->path.empty() && mappings.empty()) {
    problems.add(at, "missing, a new user namespace needs it");
  }
  check_id_mappings(mappings, at, problems);
}

bool is_single(const std::vector<IdMapping>& mappings) {
  return mappings.size() == 1 && mappings.front().size == 1;
}

// user_namespaces(7): who isn't mapped can't be in it.
void check_user_is_mapped(const Config& config, Problems& problems) {
  const Namespace* const space = find_namespace(*config.linux, NamespaceType::User);
  if (!config.process || space == nullptr || !space->path.empty()) return;
  const User& user = config.process->user;
  const auto check = [&](const std::vector<IdMapping>& mappings, std::uint32_t id,
                         std::string_view at) {
    if (mappings.empty() || maps_id(mappings, id)) return;
    problems.add(at, base::cat(id, " is not mapped in the user namespace"));
  };
  check(config.linux->uid_mappings, user.uid, "/process/user/uid");
  check(config.linux->gid_mappings, user.gid, "/process/user/gid");
  // An ordinary user's own, perhaps, and then the groups are passed over: the kernel decides.
  if (is_single(config.linux->gid_mappings)) return;
  for (std::size_t i = 0; i < user.additional_gids.size(); ++i) {
    check(config.linux->gid_mappings, user.additional_gids[i],
          base::cat("/process/user/additionalGids/", i));
  }
}

// config-linux.md#offset-for-time-namespace
void check_time_offsets(const Linux& config, Problems& problems) {
  constexpr std::uint32_t kSecond = 1'000'000'000;
  if (config.time_offsets.empty()) return;
  const Namespace* const time = find_namespace(config, NamespaceType::Time);
  if (time == nullptr) problems.add("/linux/timeOffsets", "needs a time namespace");
  if (time != nullptr && !time->path.empty()) {
    problems.add("/linux/timeOffsets", "the clocks of a joined time namespace can't be set");
  }
  for (const auto& [clock, offset] : config.time_offsets) {
    const std::string at = member_pointer("/linux/timeOffsets", clock);
    if (clock != "monotonic" && clock != "boottime") {
      problems.add(at, "unknown clock (monotonic, boottime)");
    }
    if (offset.nanosecs >= kSecond) {
      problems.add(at + "/nanosecs",
                   base::cat(offset.nanosecs, " is out of range (0 to ", kSecond - 1, ")"));
    }
  }
}

// config-linux.md#network-devices
void check_net_devices(const Linux& config, Problems& problems) {
  if (config.net_devices.empty()) return;
  if (!has_namespace(config, NamespaceType::Network)) {
    problems.add("/linux/netDevices", "needs a network namespace");
  }
  std::vector<std::string_view> inside;
  for (const auto& [name, device] : config.net_devices) {
    const std::string at = member_pointer("/linux/netDevices", name);
    if (!is_interface_name(name)) problems.add(at, "not the name of an interface");
    if (!device.name.empty() && !is_interface_name(device.name)) {
      problems.add(at + "/name",
                   base::cat(base::quoted(device.name), " is not the name of an interface"));
    }
    const std::string_view target = device.name.empty() ? name : device.name;
    if (std::find(inside.begin(), inside.end(), target) != inside.end()) {
      problems.add(at, base::cat("another device is named ", base::quoted(target), " too"));
    }
    if (target == "lo") problems.add(at, "lo is the container's own loopback interface");
    inside.push_back(target);
  }
}

}  // namespace

void check_namespaces(const Config& config, Problems& problems) {
  if (!config.linux) return problems.add("/linux", "missing");
  check_mount_namespace(*config.linux, problems);
  check_namespace_list(*config.linux, problems);
  check_user_mappings(*config.linux, config.linux->uid_mappings, "/linux/uidMappings", problems);
  check_user_mappings(*config.linux, config.linux->gid_mappings, "/linux/gidMappings", problems);
  check_user_is_mapped(config, problems);
  check_time_offsets(*config.linux, problems);
  check_net_devices(*config.linux, problems);
}

}  // namespace oci
