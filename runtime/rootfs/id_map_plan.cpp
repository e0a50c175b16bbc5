#include "runtime/rootfs/id_map_plan.h"

#include <algorithm>

#include "base/text.h"
#include "oci/id_map.h"

namespace runtime::rootfs {

using base::cat;

namespace {

// Where the config asks for it: the last option that does, or a list.
std::string place_of(const oci::Mount& mount) {
  for (std::size_t at = mount.options.size(); at-- > 0;) {
    if (maps_ids(mount.options[at])) return cat("options/", at);
  }
  return mount.uid_mappings.empty() ? "gidMappings" : "uidMappings";
}

// What has no files of users, or is no mount of its own. Of all others the kernel decides.
std::string unmappable(const MountStep& step) {
  constexpr std::string_view kTypes[] = {"proc", "sysfs", "devpts", "mqueue", "cgroup", "cgroup2"};
  if (step.kind == MountKind::Remount) return "a remount can't map ids";
  if (step.kind == MountKind::Bind) return "";
  const bool is_listed =
      std::find(std::begin(kTypes), std::end(kTypes), step.type) != std::end(kTypes);
  return is_listed ? cat("the ids of a ", step.type, " can't be mapped") : "";
}

// Sets the lists, or returns what is wrong.
std::string find_lists(const oci::Mount& mount, const oci::Linux& linux, const MountStep& step,
                       IdLists& lists) {
  const bool has_own = !mount.uid_mappings.empty() || !mount.gid_mappings.empty();
  const auto& option = step.options.id_map;
  if (option && option->lists) {
    if (has_own) return "has ids of its own beside uidMappings and gidMappings";
    return parse_id_lists(*option->lists, linux, lists);
  }
  lists = has_own ? IdLists{mount.uid_mappings, mount.gid_mappings}
                  : IdLists{linux.uid_mappings, linux.gid_mappings};
  const oci::Namespace* user = find_namespace(linux, oci::NamespaceType::User);
  const bool joins = user != nullptr && !user->path.empty();
  if (lists.uids.empty() && !joins) {
    return "needs lists of ids, since the container has no user namespace to take them from";
  }
  return "";
}

// The lists of the config are checked with it.
void check_option_lists(const IdLists& lists, const std::string& at, PlanProblems& problems) {
  oci::Problems found(nullptr);
  oci::check_id_mappings(lists.uids, at + ": uids", found);
  oci::check_id_mappings(lists.gids, at + ": gids", found);
  problems.add_found(found.found());
}

}  // namespace

void plan_id_map(const oci::Mount& mount, const oci::Linux& linux, MountStep& step,
                 PlanProblems& problems) {
  const auto& option = step.options.id_map;
  if (!option && mount.uid_mappings.empty() && mount.gid_mappings.empty()) return;
  IdMap& map = step.id_map.emplace();
  map.recursive = option && option->recursive;
  std::string problem = unmappable(step);
  if (problem.empty()) problem = find_lists(mount, linux, step, map.lists);
  const std::string place = place_of(mount);
  if (!problem.empty()) return problems.add(place, problem);
  if (option && option->lists) check_option_lists(map.lists, problems.pointer_to(place), problems);
}

}  // namespace runtime::rootfs
