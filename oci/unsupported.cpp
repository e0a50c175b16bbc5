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

constexpr Row<Linux> kLinux[] = {
    {"netDevices", [](const Linux& l) { return !l.net_devices.empty(); }},
};

template <typename Owner, std::size_t N>
void find_rows(const Row<Owner> (&rows)[N], const Owner& owner, std::string_view at,
               Problems& problems) {
  for (const auto& row : rows) {
    if (row.is_present(owner)) problems.add(base::cat(at, '/', row.name), "not supported yet");
  }
}

}  // namespace

void find_unsupported(const Config& config, Problems& problems) {
  if (!config.linux) return;
  find_rows(kLinux, *config.linux, "/linux", problems);
}

}  // namespace oci
