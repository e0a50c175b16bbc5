#include "base/passwd.h"

#include <algorithm>

#include "base/text.h"

namespace base {

std::optional<PasswdEntry> find_passwd_entry(std::string_view text, uid_t uid) {
  // name:password:uid:gid:comment:home:shell
  constexpr std::size_t kName = 0;
  constexpr std::size_t kUid = 2;
  constexpr std::size_t kHome = 5;
  // Line by line, since an image may have millions of them.
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto fields = split(line, ':');
    if (fields.size() <= kHome || parse_int<uid_t>(fields[kUid]) != uid) continue;
    return PasswdEntry{std::string(fields[kName]), std::string(fields[kHome])};
  }
  return std::nullopt;
}

}  // namespace base
