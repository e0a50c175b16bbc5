// The rules of `linux.sysctl` (config-linux.md#sysctl): only what a namespace of the container
// owns may be set.
#include "base/text.h"
#include "oci/json_pointer.h"
#include "oci/rules.h"
#include "oci/sysctl.h"

namespace oci {

namespace {

void check_parameter(const Linux& config, const std::string& key, std::string_view value,
                     Problems& problems) {
  const std::string at = member_pointer("/linux/sysctl", key);
  // The kernel would drop what follows, without a word. A file's last line ends with one, too.
  if (value.substr(0, value.size() - 1).find('\n') != std::string_view::npos)
    problems.add(at, "the value has several lines");
  const auto path = sysctl_path(key);
  if (!path) return problems.add(at, "not the name of a kernel parameter");
  if (path == "kernel/hostname") return problems.add(at, "is set with /hostname");
  const auto owner = sysctl_namespace(*path);
  if (!owner) return problems.add(at, "belongs to no namespace, the host would change");
  if (find_namespace(config, *owner) == nullptr) {
    problems.add(at, base::cat("needs a namespace of type ", name_of(*owner)));
  }
}

}  // namespace

void check_sysctl(const Linux& config, Problems& problems) {
  for (const auto& [key, value] : config.sysctl) check_parameter(config, key, value, problems);
}

}  // namespace oci
