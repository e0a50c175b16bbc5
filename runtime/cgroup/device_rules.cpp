#include "runtime/cgroup/device_rules.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "oci/default_devices.h"

namespace runtime::cgroup {

using base::cat;

namespace {

// What every container needs besides the default devices: mknod, because the runtime makes the
// nodes of linux.devices from within; a terminal; and, as runc and crun have it, tun.
constexpr DeviceRule kMaking[] = {
    {true, {DeviceKind::Char, {}, {}}, kMknod},
    {true, {DeviceKind::Block, {}, {}}, kMknod},
};
constexpr DeviceRule kMore[] = {
    {true, {DeviceKind::Char, 5, 1}, kAnyAccess},     // console
    {true, {DeviceKind::Char, 5, 2}, kAnyAccess},     // ptmx
    {true, {DeviceKind::Char, 136, {}}, kAnyAccess},  // pts/*
    {true, {DeviceKind::Char, 10, 200}, kAnyAccess},  // net/tun
};

struct Letter {
  char letter;
  DeviceAccess bit;
};
// In the order in which the kernel writes them.
constexpr Letter kLetters[] = {{'r', kRead}, {'w', kWrite}, {'m', kMknod}};

DeviceAccess parse_access(std::string_view text) {
  DeviceAccess access = 0;
  for (const Letter& row : kLetters) {
    if (text.find(row.letter) != std::string_view::npos) access |= row.bit;
  }
  return access;
}

std::optional<std::uint32_t> parse_number(const std::optional<std::int64_t>& number) {
  if (number.value_or(-1) < 0) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

void append_defaults(std::vector<DeviceRule>& rules) {
  rules.insert(rules.end(), std::begin(kMaking), std::end(kMaking));
  for (const oci::DefaultDevice& each : oci::default_devices) {
    rules.push_back({true, {DeviceKind::Char, each.major, each.minor}, kAnyAccess});
  }
  rules.insert(rules.end(), std::begin(kMore), std::end(kMore));
}

bool concerns(const oci::DeviceRule& entry, DeviceKind kind) {
  const auto type = entry.type.value_or(oci::DeviceRuleType::All);
  return type == oci::DeviceRuleType::All ||
         (type == oci::DeviceRuleType::Char) == (kind == DeviceKind::Char);
}

bool covers_number(std::optional<std::uint32_t> general, std::optional<std::uint32_t> other) {
  return !general || general == other;
}

bool shares_number(std::optional<std::uint32_t> one, std::optional<std::uint32_t> other) {
  return !one || !other || one == other;
}

bool is_overruled(const DeviceRule& rule, std::span<const DeviceRule> later) {
  DeviceAccess left = rule.access;
  for (const DeviceRule& other : later) {
    if (other.devices.covers(rule.devices)) left &= static_cast<DeviceAccess>(~other.access);
  }
  return left == 0;
}

// Whether the verdict is the same without it.
bool is_repeated(const DeviceRule& rule, std::span<const DeviceRule> earlier) {
  for (auto other = earlier.rbegin(); other != earlier.rend(); ++other) {
    if (!other->devices.overlaps(rule.devices) || (other->access & rule.access) == 0) continue;
    if (other->allow != rule.allow) return false;
    if (other->devices.covers(rule.devices) && (rule.access & ~other->access) == 0) return true;
  }
  return !rule.allow;
}

// --- cgroup v1 ---------------------------------------------------------------------------------

// What a v1 cgroup holds: a verdict for everything and the exceptions from it.
struct V1List {
  bool allow = false;
  std::vector<DeviceRule> exceptions;
};

void add_exception(std::vector<DeviceRule>& exceptions, const DeviceRule& rule) {
  const auto same = std::find_if(exceptions.begin(), exceptions.end(), [&](const DeviceRule& one) {
    return one.devices == rule.devices;
  });
  if (same != exceptions.end()) {
    same->access |= rule.access;
  } else {
    exceptions.push_back(rule);
  }
}

// Makes an exception less for each that the rule overrules. The kernel takes away what is spelled
// alike only, and lets the rest pass in silence; here an exception that is more general than the
// rule is returned: v1 can't have a hole in one.
std::optional<DeviceRule> cut_exceptions(std::vector<DeviceRule>& exceptions,
                                         const DeviceRule& rule) {
  for (DeviceRule& exception : exceptions) {
    const auto shared = static_cast<DeviceAccess>(exception.access & rule.access);
    if (shared == 0 || !rule.devices.overlaps(exception.devices)) continue;
    if (!rule.devices.covers(exception.devices)) return exception;
    exception.access ^= shared;
  }
  std::erase_if(exceptions, [](const DeviceRule& exception) { return exception.access == 0; });
  return std::nullopt;
}

struct Hole {
  DeviceRule rule;
  DeviceRule in;
};

// The rules as exceptions from `list.allow`; what stands in the way, if something does.
std::optional<Hole> fold(std::span<const DeviceRule> rules, V1List& list) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const DeviceRule& rule = rules[i];
    if (!rule.allow && is_overruled(rule, rules.subspan(i + 1))) continue;
    if (rule.allow != list.allow) {
      add_exception(list.exceptions, rule);
    } else if (const auto general = cut_exceptions(list.exceptions, rule)) {
      return Hole{rule, *general};
    }
  }
  return std::nullopt;
}

// The kernel grants an access only if one exception has all of it, and opening for both reading and
// writing is one access: what two exceptions grant together becomes a third. (mknod is always
// asked for alone.)
void join_reading_and_writing(std::vector<DeviceRule>& exceptions) {
  constexpr DeviceAccess both = kRead | kWrite;
  const std::vector<DeviceRule> before = exceptions;
  for (const DeviceRule& one : before) {
    for (const DeviceRule& other : before) {
      if ((one.access & both) != kRead || (other.access & both) != kWrite) continue;
      if (!one.devices.overlaps(other.devices)) continue;
      const auto narrower = [](auto left, auto right) { return left ? left : right; };
      const DevicePattern shared = {one.devices.kind,
                                    narrower(one.devices.major, other.devices.major),
                                    narrower(one.devices.minor, other.devices.minor)};
      add_exception(exceptions, {true, shared, both});
    }
  }
}

V1List v1_list(std::span<const DeviceRule> rules, std::string_view at, oci::Problems& problems) {
  // Before the first rule everything is denied.
  V1List allowing{true,
                  {{false, {DeviceKind::Char, {}, {}}, kAnyAccess},
                   {false, {DeviceKind::Block, {}, {}}, kAnyAccess}}};
  if (!fold(rules, allowing)) return allowing;
  V1List denying;
  if (const auto hole = fold(rules, denying)) {
    // Both are entries: of the runtime's own rules none denies, and none comes before those that
    // do.
    problems.add(cat(at, '/', hole->rule.entry.value_or(0)),
                 cat("cgroup v1 can't deny a part of what ", at, '/', hole->in.entry.value_or(0),
                     " allows"));
  }
  join_reading_and_writing(denying.exceptions);
  return denying;
}

std::string number_text(std::optional<std::uint32_t> number) {
  return number ? std::to_string(*number) : "*";
}

std::string exception_text(const DeviceRule& rule) {
  std::string access;
  for (const Letter& row : kLetters) {
    if ((rule.access & row.bit) != 0) access += row.letter;
  }
  return cat(rule.devices.kind == DeviceKind::Char ? 'c' : 'b', ' ',
             number_text(rule.devices.major), ':', number_text(rule.devices.minor), ' ', access);
}

}  // namespace

bool DevicePattern::covers(const DevicePattern& other) const {
  return kind == other.kind && covers_number(major, other.major) &&
         covers_number(minor, other.minor);
}

bool DevicePattern::overlaps(const DevicePattern& other) const {
  return kind == other.kind && shares_number(major, other.major) &&
         shares_number(minor, other.minor);
}

std::vector<DeviceRule> effective_device_rules(const std::vector<oci::DeviceRule>& entries) {
  std::vector<DeviceRule> rules;
  if (entries.empty()) return rules;
  constexpr std::size_t kKinds = 2;
  rules.reserve(kKinds * entries.size() + std::size(kMaking) + std::size(oci::default_devices) +
                std::size(kMore));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const DeviceKind kind : {DeviceKind::Char, DeviceKind::Block}) {
      if (!concerns(entries[i], kind)) continue;
      rules.push_back({entries[i].allow,
                       {kind, parse_number(entries[i].major), parse_number(entries[i].minor)},
                       parse_access(entries[i].access),
                       i});
    }
  }
  append_defaults(rules);
  return rules;
}

std::vector<DeviceRule> needed_device_rules(const std::vector<DeviceRule>& rules) {
  const std::span<const DeviceRule> all(rules);
  std::vector<DeviceRule> needed;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (is_overruled(rules[i], all.subspan(i + 1)) || is_repeated(rules[i], needed)) continue;
    needed.push_back(rules[i]);
  }
  return needed;
}

std::vector<DeviceLine> v1_device_lines(const std::vector<DeviceRule>& rules, std::string_view at,
                                        oci::Problems& problems) {
  if (rules.empty()) return {};
  const V1List list = v1_list(rules, at, problems);
  // First, because it is refused for want of rights only: the rest by a cgroup above as well.
  std::vector<DeviceLine> lines = {{false, "a"}};
  if (list.allow) lines.push_back({true, "a"});
  for (const DeviceRule& exception : list.exceptions) {
    lines.push_back({!list.allow, exception_text(exception)});
  }
  return lines;
}

}  // namespace runtime::cgroup
