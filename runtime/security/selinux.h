// SELinux: contexts, and what the loaded policy says of them (selinux(8)). Of libselinux only what
// it would do is here: docs/decisions/mandatory-access-control.md says why.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runtime::security {

// "user:role:type" or, with a multilevel policy, "user:role:type:range".
struct SelinuxContext {
  std::string user;
  std::string role;
  std::string type;
  std::string range;
  std::string text() const;
};

// Empty for what is no context. Pure.
std::optional<SelinuxContext> parse_context(std::string_view text);

// "c3" is 3. Pure.
std::optional<std::uint32_t> parse_category(std::string_view text);

// The upper one of a range's levels: "s0:c2" of "s0-s0:c2", and of itself. Pure.
std::string_view high_of(std::string_view range);

// The categories of a level, "s0:c1,c4.c6" has four of them, sorted. Empty if it isn't written
// like that. Pure.
std::optional<std::vector<std::uint32_t>> categories_of(std::string_view level);

// Whether both say the same, for the kernel writes categories in its own way. Pure.
bool is_same_context(std::string_view left, std::string_view right);

// What the policy's judgement of a context rests on.
struct Policy {
  std::function<bool(const std::string& context)> knows;
  std::string own_user;  // of the caller's own context
};
// What is wrong with the context, or "". Asks the policy about parts of it, so that it can say
// which. Pure but for what `policy` does.
std::string find_fault(std::string_view context, const Policy& policy);

// Throws when SELinux is off, or its policy knows no such context.
void check_context(const std::string& context);

// Our selinuxfs is there, which means that SELinux is on.
bool is_selinux_enabled();

}  // namespace runtime::security
