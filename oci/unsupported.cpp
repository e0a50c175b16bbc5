// One row per property that has no effect yet.
#include "oci/unsupported.h"

#include "base/text.h"

namespace oci {

namespace {

template <typename Owner>
struct Row {
  std::string_view name;
  bool (*is_present)(const Owner& owner);
};

constexpr Row<Process> kProcess[] = {
    {"apparmorProfile", [](const Process& p) { return !p.apparmor_profile.empty(); }},
    {"selinuxLabel", [](const Process& p) { return !p.selinux_label.empty(); }},
};

constexpr Row<Linux> kLinux[] = {
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
