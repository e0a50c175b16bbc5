// What the host's SELinux policy has for containers: the file lxc_contexts of its configuration,
// lxc_contexts(5).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runtime::security {

struct ContainerContexts {
  std::string process;
  std::string file;
};

// Throws when SELinux is off, or the policy's configuration names no such contexts.
ContainerContexts read_container_contexts();

// The value of a line "key = value", with quotes around it or not; "" if there is none. Pure.
std::string value_of(std::string_view text, std::string_view key);

// The context at its lowest level with these categories in place of those it has. Pure; what is no
// context stays.
std::string with_categories(const std::string& context,
                            const std::vector<std::uint32_t>& categories);

}  // namespace runtime::security
