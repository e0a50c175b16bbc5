// One row per property that has no effect yet.
#include "oci/unsupported.h"

#include "base/text.h"
#include "oci/json_writer.h"

namespace oci {

namespace {

template <typename Owner>
struct Row {
  std::string_view name;
  bool (*is_present)(const Owner& owner);
};

// An object without members asks for nothing: clients write "memory": {}.
template <Described T>
bool asks_for_something(const std::optional<T>& object) {
  return object && write_json(*object) != "{}";
}

bool asks_for_something(const Resources& resources) {
  return !resources.devices.empty() || asks_for_something(resources.memory) ||
         asks_for_something(resources.cpu) || asks_for_something(resources.pids) ||
         asks_for_something(resources.block_io) || !resources.hugepage_limits.empty() ||
         asks_for_something(resources.network) || !resources.rdma.empty() ||
         !resources.unified.empty();
}

constexpr Row<Process> kProcess[] = {
    {"apparmorProfile", [](const Process& p) { return !p.apparmor_profile.empty(); }},
    {"selinuxLabel", [](const Process& p) { return !p.selinux_label.empty(); }},
};

constexpr Row<Linux> kLinux[] = {
    {"netDevices", [](const Linux& l) { return !l.net_devices.empty(); }},
    {"resources", [](const Linux& l) { return l.resources && asks_for_something(*l.resources); }},
    {"seccomp", [](const Linux& l) { return l.seccomp.has_value(); }},
    {"mountLabel", [](const Linux& l) { return !l.mount_label.empty(); }},
};

template <typename Owner, std::size_t N>
void find_rows(const Row<Owner> (&rows)[N], const Owner& owner, std::string_view at,
               Problems& problems) {
  for (const auto& row : rows) {
    if (row.is_present(owner)) problems.add(base::cat(at, '/', row.name), "not supported yet");
  }
}

}  // namespace

void find_unsupported(const Process& process, std::string_view at, Problems& problems) {
  find_rows(kProcess, process, at, problems);
}

void find_unsupported(const Config& config, Problems& problems) {
  if (config.process) find_unsupported(*config.process, "/process", problems);
  if (!config.linux) return;
  find_rows(kLinux, *config.linux, "/linux", problems);
}

}  // namespace oci
