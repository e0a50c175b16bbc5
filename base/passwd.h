// Lines of a passwd(5) file, without NSS: glibc's would load code and follow the configuration of
// whatever root we are in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace base {

struct PasswdEntry {
  std::string name;
  std::string home;
};

// The first entry of that uid in the text of the file; malformed lines are passed over.
std::optional<PasswdEntry> find_passwd_entry(std::string_view text, uid_t uid);

}  // namespace base
