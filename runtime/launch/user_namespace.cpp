#include "runtime/launch/user_namespace.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "oci/annotations.h"
#include "oci/id_map.h"
#include "oci/json_pointer.h"
#include "runtime/container/id_pool.h"
#include "runtime/launch/id_maps.h"
#include "runtime/launch/namespaces.h"

namespace runtime {

using base::cat;

namespace {

// A range of the config's own that isn't its own alone. That of an automatic user namespace is.
void warn_of_shared_ids(const oci::Config& config) {
  if (oci::find(config.annotations, oci::annotation::user_namespace) != nullptr) return;
  constexpr const char* kField = "config.json: /linux/uidMappings: ";
  std::vector<Ids> ranges;
  for (const oci::IdMapping& each : config.linux->uid_mappings) {
    ranges.push_back({each.host_id, each.size});
    if (each.host_id != 0) continue;
    base::log::warning(cat(kField, "an id of the container is the host's root"));
  }
  for (const std::string& lessee : find_lessees(ranges)) {
    if (lessee.empty()) continue;
    base::log::warning(cat(kField, "ids of the automatic user namespace of ", lessee,
                           " are in it, which is to share them with nobody"));
  }
}

// 0, or the lowest there is.
std::uint32_t first_id(const std::vector<oci::IdMapping>& mappings) {
  const auto lowest = std::min_element(mappings.begin(), mappings.end(),
                                       [](const oci::IdMapping& a, const oci::IdMapping& b) {
                                         return a.container_id < b.container_id;
                                       });
  return lowest != mappings.end() ? lowest->container_id : 0;
}

Groups groups_of(const oci::Config& config, bool in_user_namespace, const Caller& caller) {
  const std::string* keep = oci::find(config.annotations, oci::annotation::keep_original_groups);
  if (keep != nullptr && *keep == "1") return Groups::Keep;
  // Only there can they be out of reach.
  return in_user_namespace || caller.is_rootless() ? Groups::SetIfPermitted : Groups::Set;
}

// The annotation that wants it; nullptr if none does.
const std::string_view* rootfs_annotation(const oci::Config& config) {
  if (oci::find(config.annotations, oci::annotation::user_namespace) != nullptr) {
    return &oci::annotation::user_namespace;
  }
  const std::string* wanted = oci::find(config.annotations, oci::annotation::rootfs_idmap);
  if (wanted == nullptr || *wanted == "false") return nullptr;
  return &oci::annotation::rootfs_idmap;
}

void check_rootfs_idmap(const oci::Config& config, const NamespacePlan& plan,
                        const Caller& caller) {
  const std::string_view* annotation = rootfs_annotation(config);
  if (annotation == nullptr) return;
  const base::Context checking{[&] { return oci::place_of_annotation(*annotation); }};
  if (*annotation == oci::annotation::rootfs_idmap &&
      *oci::find(config.annotations, *annotation) != "true") {
    throw base::Error("true or false is expected");
  }
  if (!plan.in_user_namespace) throw base::Error("needs a user namespace");
  if (caller.is_rootless()) throw base::Error("takes root");
}

}  // namespace

bool maps_rootfs(const oci::Config& config) { return rootfs_annotation(config) != nullptr; }

void check_user_namespace(const oci::Config& config, const std::vector<JoinedNamespace>& joined,
                          const NamespacePlan& plan, const Caller& caller) {
  if (!plan.in_user_namespace && !caller.may_administer()) {
    throw base::Error(
        "config.json: /linux/namespaces: a user namespace is needed, because the "
        "caller is not root (runtime spec --rootless writes such a config)");
  }
  check_rootfs_idmap(config, plan, caller);
  check_joined_mappings(*config.linux, joined);
  if (plan.new_user_namespace() && !caller.is_rootless()) warn_of_shared_ids(config);
}

SetupUser setup_user(const oci::Config& config, const NamespacePlan& plan, const Caller& caller) {
  SetupUser user;
  user.groups = groups_of(config, plan.in_user_namespace, caller);
  if (!plan.new_user_namespace()) {
    user.leaves_groups = plan.in_user_namespace && user.groups != Groups::Keep;
    return user;
  }
  user.uid = first_id(config.linux->uid_mappings);
  user.gid = first_id(config.linux->gid_mappings);
  return user;
}

SetupUser entrant_user(const Target& target, const Caller& caller) {
  const bool in_user_namespace = (target.namespaces & CLONE_NEWUSER) != 0;
  SetupUser user{.groups = groups_of(target.config, in_user_namespace, caller)};
  if (user.groups == Groups::SetIfPermitted) {
    user.groups = permitted_groups(base::cat("/proc/", target.pid));
    user.leaves_groups = user.groups == Groups::Keep;
  }
  if (!in_user_namespace || target.record.ids) return user;
  user.uid = first_id(target.config.linux->uid_mappings);
  user.gid = first_id(target.config.linux->gid_mappings);
  return user;
}

}  // namespace runtime
