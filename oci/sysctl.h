// The names of kernel parameters: which file below /proc/sys they are, and which namespace owns
// them. Only by name; whether that namespace is the host's is for the caller to find out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "oci/config_linux.h"

namespace oci {

// "net.ipv4.ip_forward" → "net/ipv4/ip_forward". As sysctl(8) does, the first separator decides:
// after a dot, '/' stands for a dot that is part of a name ("net.ipv4.conf.eno2/100.mtu").
// nullopt if that isn't a plain relative path.
std::optional<std::string> sysctl_path(std::string_view key);

// The type of namespace that has its own value of the parameter, nullopt if the machine has but
// one. Takes what sysctl_path made.
std::optional<NamespaceType> sysctl_namespace(std::string_view path);

}  // namespace oci
