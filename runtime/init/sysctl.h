// The kernel parameters of the container's namespaces (config-linux.md#sysctl).
#pragma once

#include <string>
#include <vector>

#include "oci/config_linux.h"

namespace runtime {

// A namespace of the runtime's own that has parameters which are to be set in the container's.
struct HostNamespace {
  oci::NamespaceType type{};
  std::string name;  // as the kernel identifies it, "net:[4026531840]"
};

// In the parent, before the clone. No parameters, no look at the kernel.
std::vector<HostNamespace> find_host_namespaces(const oci::Map<std::string>& sysctl);

// In the process that is in the container's namespaces; all of none if one belongs to the host.
void set_parameters(const oci::Map<std::string>& sysctl, const std::vector<HostNamespace>& host);

}  // namespace runtime
