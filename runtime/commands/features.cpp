// features: what this runtime can do, as the tables that do it say (features.md). It looks at no
// container and no state, and of the host only asks the kernel what of seccomp it has.
#include "oci/features.h"

#include "oci/annotations.h"
#include "oci/config_linux.h"
#include "oci/json_writer.h"
#include "oci/version.h"
#include "runtime/cgroup/systemd_helper.h"
#include "runtime/commands/commands.h"
#include "runtime/container/hooks.h"
#include "runtime/init/namespace_kind.h"
#include "runtime/rootfs/mount_options.h"
#include "runtime/security/capabilities.h"
#include "seccomp/calls.h"
#include "seccomp/compile.h"
#include "version.h"

namespace runtime {

namespace {

std::vector<std::string> namespace_names() {
  std::vector<std::string> names;
  for (const NamespaceKind& kind : kNamespaceKinds) {
    names.emplace_back(oci::name_of(kind.type));
  }
  return names;
}

using oci::names_of;

template <oci::Named Enum>
std::vector<std::string> names_of(const std::vector<Enum>& values) {
  std::vector<std::string> names;
  for (const Enum value : values) names.emplace_back(oci::name_of(value));
  return names;
}

oci::SeccompFeatures seccomp_features() {
  return {.enabled = true,
          .actions = names_of(seccomp::available_actions()),
          .operators = names_of<oci::SeccompOperator>(),
          .archs = names_of(seccomp::available_architectures()),
          .known_flags = names_of<oci::SeccompFlag>(),
          .supported_flags = names_of(seccomp::available_flags())};
}

oci::LinuxFeatures linux_features() {
  oci::LinuxFeatures features;
  features.namespaces = namespace_names();
  features.capabilities = security::all_names();
  const bool systemd = cgroup::has_systemd_helper();
  features.cgroup = oci::CgroupFeatures{
      .v1 = true, .v2 = true, .systemd = systemd, .systemd_user = systemd, .rdma = true};
  features.seccomp = seccomp_features();
  features.apparmor = oci::Support{.enabled = true};
  features.selinux = oci::Support{.enabled = true};
  features.intel_rdt = oci::IntelRdtFeatures{.enabled = true, .schemata = true, .monitoring = true};
  features.memory_policy = oci::MemoryPolicyFeatures{.modes = names_of<oci::MemoryPolicyMode>(),
                                                     .flags = names_of<oci::MemoryPolicyFlag>()};
  features.mount_extensions = oci::MountExtensions{.idmap = oci::Support{.enabled = true}};
  features.net_devices = oci::Support{.enabled = true};
  return features;
}

int show_features(const GlobalOptions&, const std::vector<std::string>& arguments) {
  if (!arguments.empty()) throw base::UsageError("no argument is expected");
  oci::Features features;
  features.oci_version_min = oci::oldest_spec_version;
  features.oci_version_max = oci::spec_version;
  features.hooks = hook_names();
  features.mount_options = rootfs::all_option_names();
  features.linux = linux_features();
  features.annotations = {
      {"dev.runtime.version", build::version},
      {"dev.runtime.commit", build::commit},
      // Clients look under runc's very name.
      {"org.opencontainers.runc.checkpoint.enabled", "true"},
      {"io.github.seccomp.libseccomp.version", std::string(seccomp::library_version())}};
  features.potentially_unsafe_config_annotations.assign(std::begin(oci::annotation::unsafe),
                                                        std::end(oci::annotation::unsafe));
  print(oci::write_json(features, oci::JsonStyle::Pretty) + "\n");
  return 0;
}

}  // namespace

const Command kFeatures = {.name = "features",
                           .arguments = "",
                           .summary = "show what this runtime supports, as JSON",
                           .options = {},
                           .target = nullptr,
                           .positionals = cli::Positionals::Anywhere,
                           .enters_container = false,
                           .failure = Failure::General,
                           .run = show_features};

}  // namespace runtime
