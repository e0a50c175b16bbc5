// AppArmor: which profile there is, and what a task's label says of it (apparmor(7)).
#pragma once

#include <string>
#include <string_view>

namespace runtime::security {

// Throws when AppArmor is off, or the kernel's list of loaded profiles, if we may see it, lacks the
// profile. What names several, or another namespace's, is left to the kernel.
void check_profile(const std::string& profile);

// Whether the kernel's list, lines "NAME (MODE)", has the profile. Pure.
bool is_listed(std::string_view list, std::string_view profile);

// Whether a label, "NAME (MODE)" or a stack "NAME//&OTHER (MODE)", has all that `profile` names.
// Pure.
bool has_profile(std::string_view label, std::string_view profile);

}  // namespace runtime::security
