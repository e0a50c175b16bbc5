#include "runtime/security/apparmor.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace runtime::security {

using base::cat;
using base::Error;
using base::quoted;

namespace {

constexpr std::string_view kStacked = "//&";
constexpr const char* kProfileList = "/sys/kernel/security/apparmor/profiles";
constexpr std::size_t kLongestList = std::size_t{16} << 20;

bool is_enabled() {
  const auto parameter =
      sys::try_read_file(base::BorrowedFd::cwd(), "/sys/module/apparmor/parameters/enabled");
  return parameter.error == 0 && parameter.bytes.starts_with('Y');
}

std::string_view without_mode(std::string_view label) {
  const auto mode = label.rfind(" (");
  return mode != std::string_view::npos && label.ends_with(')') ? label.substr(0, mode) : label;
}

std::vector<std::string_view> members_of(std::string_view stack) {
  std::vector<std::string_view> members;
  for (auto end = stack.find(kStacked); end != std::string_view::npos; end = stack.find(kStacked)) {
    members.push_back(stack.substr(0, end));
    stack.remove_prefix(end + kStacked.size());
  }
  members.push_back(stack);
  return members;
}

// One profile of the namespace we are in.
bool is_plain(std::string_view profile) {
  const bool is_other = profile.starts_with(':') || profile.starts_with('&');
  return !is_other && profile.find(kStacked) == std::string_view::npos && profile != "unconfined";
}

}  // namespace

void check_profile(const std::string& profile) {
  // The kernel reads words, and would take another profile.
  if (profile.find_first_of(std::string_view("\0\n", 2)) != std::string::npos ||
      profile.front() == ' ' || profile.back() == ' ') {
    throw Error(cat(quoted(profile), " is no profile's name"));
  }
  if (!is_enabled())
    throw Error(cat(quoted(profile), " can't be applied, AppArmor is not enabled"));
  if (!is_plain(profile)) return;
  const auto list = sys::try_read_file(base::BorrowedFd::cwd(), kProfileList, kLongestList);
  if (list.error != 0 || is_listed(list.bytes, profile)) return;
  throw Error(cat(quoted(profile), " is not loaded: `/proc/thread-self/attr/apparmor/exec`"));
}

bool is_listed(std::string_view list, std::string_view profile) {
  const auto lines = base::split(list, '\n');
  return std::any_of(lines.begin(), lines.end(),
                     [&](std::string_view line) { return without_mode(line) == profile; });
}

bool has_profile(std::string_view label, std::string_view profile) {
  if (profile.starts_with('&')) profile.remove_prefix(1);
  const auto held = members_of(without_mode(label));
  const auto wanted = members_of(profile);
  return std::all_of(wanted.begin(), wanted.end(), [&](std::string_view each) {
    return std::find(held.begin(), held.end(), each) != held.end();
  });
}

}  // namespace runtime::security
