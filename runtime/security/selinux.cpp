#include "runtime/security/selinux.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/magic.h>

#include "base/error.h"
#include "base/file.h"
#include "base/lsm.h"
#include "base/text.h"

namespace runtime::security {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;
using base::quoted;

namespace {

constexpr std::uint32_t kMostCategories = 65536;

// What is mounted there may be anything in a container; then SELinux is nothing that we can use.
std::optional<OwnedFd> open_selinuxfs() {
  auto folder = sys::open_if_exists(BorrowedFd::cwd(), "/sys/fs/selinux", O_PATH | O_DIRECTORY);
  if (folder && sys::filesystem_magic(*folder) == SELINUX_MAGIC) return folder;
  return std::nullopt;
}

// Whoever may not ask finds out when the label is applied.
bool knows_context(BorrowedFd selinuxfs, const std::string& context) {
  return sys::try_write_file(selinuxfs, "context", context) != EINVAL;
}

std::string own_user() {
  const auto own = sys::try_read_file(BorrowedFd::cwd(), "/proc/self/attr/current");
  const auto context = parse_context(own.bytes);
  return context ? context->user : "system_u";
}

// "c3" or "c3.c7".
bool add_categories(std::string_view text, std::vector<std::uint32_t>& found) {
  const auto ends = base::split(text, '.');
  const auto first = parse_category(ends.front());
  const auto last = parse_category(ends.back());
  if (ends.size() > 2 || !first || !last || *first > *last) return false;
  for (std::uint32_t each = *first; each <= *last; ++each) found.push_back(each);
  return true;
}

bool is_same_level(std::string_view left, std::string_view right) {
  if (left == right) return true;
  const auto of_left = categories_of(left);
  const auto of_right = categories_of(right);
  const auto sensitivity = [](std::string_view level) { return level.substr(0, level.find(':')); };
  return of_left && of_right && *of_left == *of_right && sensitivity(left) == sensitivity(right);
}

std::string_view low_of(std::string_view range) { return range.substr(0, range.find('-')); }

}  // namespace

std::string SelinuxContext::text() const {
  return cat(user, ':', role, ':', type, range.empty() ? "" : ":", range);
}

std::optional<SelinuxContext> parse_context(std::string_view text) {
  text = base::without_tail(text, sys::kLabelEnd);
  std::string_view fields[3];
  for (std::string_view& field : fields) {
    const auto colon = text.find(':');
    field = text.substr(0, colon);
    text = colon == std::string_view::npos ? "" : text.substr(colon + 1);
    const bool is_clean =
        std::all_of(field.begin(), field.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (field.empty() || !is_clean) return std::nullopt;
  }
  return SelinuxContext{std::string(fields[0]), std::string(fields[1]), std::string(fields[2]),
                        std::string(text)};
}

std::optional<std::uint32_t> parse_category(std::string_view text) {
  if (!text.starts_with('c')) return std::nullopt;
  const auto number = base::parse_int<std::uint32_t>(text.substr(1));
  return number && *number < kMostCategories ? number : std::nullopt;
}

std::string_view high_of(std::string_view range) {
  const auto dash = range.find('-');
  return dash == std::string_view::npos ? range : range.substr(dash + 1);
}

std::optional<std::vector<std::uint32_t>> categories_of(std::string_view level) {
  std::vector<std::uint32_t> found;
  const auto colon = level.find(':');
  if (colon == std::string_view::npos) return found;
  for (const std::string_view each : base::split(level.substr(colon + 1), ',')) {
    if (!add_categories(each, found)) return std::nullopt;
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

bool is_same_context(std::string_view left, std::string_view right) {
  if (left == right) return true;
  const auto a = parse_context(left);
  const auto b = parse_context(right);
  return a && b && a->user == b->user && a->role == b->role && a->type == b->type &&
         is_same_level(low_of(a->range), low_of(b->range)) &&
         is_same_level(high_of(a->range), high_of(b->range));
}

std::string find_fault(std::string_view context, const Policy& policy) {
  auto parsed = parse_context(context);
  if (!parsed) return "no context like user:role:type:range";
  if (policy.knows(std::string(context))) return "";
  // Every user may have an object of every type at the lowest level.
  if (!policy.knows(SelinuxContext{policy.own_user, "object_r", parsed->type, "s0"}.text())) {
    return cat("the loaded policy has no type ", quoted(parsed->type));
  }
  const std::string range = parsed->range;
  parsed->range = "s0";
  if (!policy.knows(parsed->text())) {
    return cat("the loaded policy has no type ", quoted(parsed->type), " for the user ",
               quoted(parsed->user), " in the role ", quoted(parsed->role));
  }
  if (range.empty()) return "the loaded policy wants a range as well, such as s0";
  return cat("the loaded policy has no range ", quoted(range));
}

void check_context(const std::string& context) {
  const auto selinuxfs = open_selinuxfs();
  if (!selinuxfs) throw Error(cat(quoted(context), " can't be applied, SELinux is not enabled"));
  const Policy policy{[&](const std::string& each) { return knows_context(*selinuxfs, each); },
                      own_user()};
  const std::string fault = find_fault(context, policy);
  if (!fault.empty()) throw Error(cat(quoted(context), ": ", fault));
}

bool is_selinux_enabled() { return open_selinuxfs().has_value(); }

}  // namespace runtime::security
