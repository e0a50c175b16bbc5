#include "runtime/launch/user_namespace.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "oci/annotations.h"
#include "oci/id_map.h"
#include "runtime/launch/id_maps.h"
#include "runtime/launch/namespaces.h"

namespace runtime {

namespace {

bool maps_host_root(const oci::Linux& config) {
  return std::any_of(config.uid_mappings.begin(), config.uid_mappings.end(),
                     [](const oci::IdMapping& each) { return each.host_id == 0; });
}

// 0, or the lowest there is.
std::uint32_t first_id(const std::vector<oci::IdMapping>& mappings) {
  const auto lowest = std::min_element(mappings.begin(), mappings.end(),
                                       [](const oci::IdMapping& a, const oci::IdMapping& b) {
                                         return a.container_id < b.container_id;
                                       });
  return lowest != mappings.end() ? lowest->container_id : 0;
}

Groups groups_of(const oci::Config& config, const NamespacePlan& plan, const Caller& caller) {
  const std::string* keep = oci::find(config.annotations, oci::annotation::keep_original_groups);
  if (keep != nullptr && *keep == "1") return Groups::Keep;
  // Only there can they be out of reach.
  return plan.in_user_namespace || caller.is_rootless() ? Groups::SetIfPermitted : Groups::Set;
}

}  // namespace

void check_user_namespace(const oci::Config& config, const std::vector<JoinedNamespace>& joined,
                          const NamespacePlan& plan, const Caller& caller) {
  if (!plan.in_user_namespace && !caller.may_administer()) {
    throw base::Error(
        "config.json: /linux/namespaces: a user namespace is needed, because the "
        "caller is not root (runtime spec --rootless writes such a config)");
  }
  check_joined_mappings(*config.linux, joined);
  if (!plan.new_user_namespace()) return;
  check_groups(*config.linux, config.process->user.additional_gids, caller);
  if (!caller.is_rootless() && maps_host_root(*config.linux)) {
    base::log::warning(
        "config.json: /linux/uidMappings: an id of the container is the host's root");
  }
}

SetupUser setup_user(const oci::Config& config, const NamespacePlan& plan, const Caller& caller) {
  SetupUser user;
  user.groups = groups_of(config, plan, caller);
  if (!plan.new_user_namespace()) return user;
  user.uid = first_id(config.linux->uid_mappings);
  user.gid = first_id(config.linux->gid_mappings);
  return user;
}

}  // namespace runtime
