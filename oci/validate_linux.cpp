// The rules of the smaller members of `linux` (config-linux.md), and the order of the larger.
#include <algorithm>

#include "base/text.h"
#include "oci/number_list.h"
#include "oci/rules.h"

namespace oci {

namespace {

// The kernel takes a name of 255 bytes, and with that of a control file behind it still a path.
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestCgroupsPath = 4000;

template <typename IsBad>
bool has_component(std::string_view path, IsBad is_bad) {
  const auto parts = base::split(path, '/');
  return std::any_of(parts.begin(), parts.end(), is_bad);
}

// config-linux.md#cgroups-path: a path below the cgroups' root, of which ".." could lead out.
void check_cgroups_path(const Linux& config, Problems& problems) {
  const std::string& path = config.cgroups_path;
  if (path.empty()) return;
  const auto add = [&](std::string_view reason) {
    problems.add("/linux/cgroupsPath", base::cat(base::quoted(path), reason));
  };
  if (has_dot_dot(path)) {
    add(" has a .. in it");
  } else if (is_root(path)) {
    add(" is the root of all cgroups");
  } else if (has_component(path, [](std::string_view part) { return part == "."; })) {
    add(" has a . in it");
  }
  if (has_control_characters(path)) add(" has control characters in it");
  if (path.size() > kLongestCgroupsPath) {
    add(base::cat(" is longer than ", kLongestCgroupsPath, " bytes"));
  } else if (has_component(path,
                           [](std::string_view part) { return part.size() > kLongestName; })) {
    add(base::cat(" has a component longer than ", kLongestName, " bytes"));
  }
}

// config-linux.md#masked-paths, config-linux.md#readonly-paths
void check_paths(const std::vector<std::string>& paths, std::string_view at, Problems& problems) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!paths[i].starts_with('/')) check_absolute(paths[i], base::cat(at, '/', i), problems);
  }
}

// config-linux.md#personality: none are defined.
void check_personality(const Linux& config, Problems& problems) {
  if (!config.personality || config.personality->flags.empty()) return;
  problems.add("/linux/personality/flags", "must be empty, no flags are defined");
}

// config-linux.md#memory-policy, set_mempolicy(2): some modes need nodes, some take none.
void check_memory_nodes(const MemoryPolicy& policy, Problems& problems) {
  const auto add = [&](std::string_view reason) {
    problems.add("/linux/memoryPolicy/nodes", base::cat(name_of(policy.mode), reason));
  };
  const bool takes_none =
      policy.mode == MemoryPolicyMode::Default || policy.mode == MemoryPolicyMode::Local;
  if (policy.nodes.empty()) {
    if (!takes_none && policy.mode != MemoryPolicyMode::Preferred) add(" needs nodes");
  } else if (takes_none) {
    add(" takes no nodes");
  } else if (!parse_number_list(policy.nodes)) {
    problems.add("/linux/memoryPolicy/nodes",
                 base::cat(base::quoted(policy.nodes), " is no list of nodes like 0-3,7"));
  }
}

void check_memory_policy(const Linux& config, Problems& problems) {
  if (!config.memory_policy) return;
  check_memory_nodes(*config.memory_policy, problems);
  bool is_static = false;
  bool is_relative = false;
  for (const MemoryPolicyFlag flag : config.memory_policy->flags) {
    is_static |= flag == MemoryPolicyFlag::StaticNodes;
    is_relative |= flag == MemoryPolicyFlag::RelativeNodes;
  }
  if (is_static && is_relative) {
    problems.add("/linux/memoryPolicy/flags",
                 "MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other");
  }
}

// config-linux.md#intelrdt: closID is a directory's name; "/" is the default group.
void check_clos_id(const IntelRdt& rdt, Problems& problems) {
  const std::string& id = rdt.clos_id;
  const bool plain =
      id != "." && id != ".." && id.find('/') == std::string::npos && !has_control_characters(id);
  if (plain || id == "/") return;
  problems.add("/linux/intelRdt/closID", base::cat(base::quoted(id), " can't name a group"));
}

// config-linux.md#intelrdt: one line, and only of memory bandwidth. The other schemata may be more.
void check_mem_bw_schema(const IntelRdt& rdt, Problems& problems) {
  const std::string& schema = rdt.mem_bw_schema;
  if (schema.empty()) return;
  if (!schema.starts_with("MB:") || has_control_characters(schema)) {
    problems.add("/linux/intelRdt/memBwSchema",
                 base::cat(base::quoted(schema), " is not one line that begins with MB:"));
  }
}

// config-linux.md#intelrdt: each a line of the file.
void check_schemata(const IntelRdt& rdt, Problems& problems) {
  for (std::size_t i = 0; i < rdt.schemata.size(); ++i) {
    if (!has_control_characters(rdt.schemata[i])) continue;
    problems.add(base::cat("/linux/intelRdt/schemata/", i),
                 base::cat(base::quoted(rdt.schemata[i]), " is not one line"));
  }
}

void check_intel_rdt(const IntelRdt& rdt, Problems& problems) {
  check_clos_id(rdt, problems);
  check_mem_bw_schema(rdt, problems);
  check_schemata(rdt, problems);
}

}  // namespace

void check_linux(const Linux& config, Problems& problems) {
  check_devices(config.devices, problems);
  check_cgroups_path(config, problems);
  if (config.resources) check_resources(*config.resources, "/linux/resources", problems);
  check_sysctl(config, problems);
  if (config.seccomp) check_seccomp(*config.seccomp, "/linux/seccomp", problems);
  check_paths(config.masked_paths, "/linux/maskedPaths", problems);
  check_paths(config.readonly_paths, "/linux/readonlyPaths", problems);
  check_personality(config, problems);
  check_memory_policy(config, problems);
  if (config.intel_rdt) check_intel_rdt(*config.intel_rdt, problems);
}

}  // namespace oci
