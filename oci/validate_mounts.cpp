// The rules of `mounts` (config.md#mounts). The options' are where the table of options is.
#include "base/text.h"
#include "oci/id_map.h"
#include "oci/rules.h"

namespace oci {

namespace {

// config.md#mounts: a relative destination is deprecated and taken from "/". The root itself is the
// root file system's.
void check_destination(const Mount& mount, const std::string& at, Problems& problems) {
  const std::string& path = mount.destination;
  if (path.empty()) return problems.add(at, "empty");
  const std::string shown = base::quoted(path);
  if (!path.starts_with('/')) problems.warn(at, base::cat(shown, " is relative, taken from \"/\""));
  if (is_root(path)) problems.add(at, base::cat(shown, " is the container's root"));
}

// config.md#posix-platform-mounts: the mappings come in pairs.
void check_mount_mappings(const Mount& mount, const std::string& at, Problems& problems) {
  check_id_mappings(mount.uid_mappings, at + "/uidMappings", problems);
  check_id_mappings(mount.gid_mappings, at + "/gidMappings", problems);
  if (mount.uid_mappings.empty() == mount.gid_mappings.empty()) return;
  const bool uid_missing = mount.uid_mappings.empty();
  problems.add(at + (uid_missing ? "/uidMappings" : "/gidMappings"),
               base::cat("missing, although ", uid_missing ? "gid" : "uid", "Mappings is there"));
}

}  // namespace

void check_mounts(const std::vector<Mount>& mounts, Problems& problems) {
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const std::string at = base::cat("/mounts/", i);
    check_destination(mounts[i], at + "/destination", problems);
    check_mount_mappings(mounts[i], at, problems);
  }
}

}  // namespace oci
