#include "runtime/cgroup/unit_properties.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "oci/annotations.h"
#include "oci/json_pointer.h"
#include "oci/number_list.h"

namespace runtime::cgroup {

using base::cat;
using base::Error;
using base::quoted;

namespace {

constexpr std::uint64_t kInfinity = std::numeric_limits<std::uint64_t>::max();

Property boolean(std::string name, bool value) {
  return {std::move(name), {"b", {value ? "true" : "false"}}};
}
Property text(std::string name, std::string value) {
  return {std::move(name), {"s", {std::move(value)}}};
}
Property number(std::string name, std::uint64_t value) {
  return {std::move(name), {"t", {cat(value)}}};
}

// --- limits ------------------------------------------------------------------------------------

using Written = std::vector<ControlValue>;

std::optional<std::string_view> value_of(const Written& written, std::string_view file) {
  // The last one counts, as in the file.
  for (auto each = written.rbegin(); each != written.rend(); ++each) {
    if (each->file == file) return each->value;
  }
  return std::nullopt;
}

// Nothing for what the kernel alone understands, such as "1G": then the file alone has it.
std::optional<std::uint64_t> parse_limit(std::string_view value) {
  if (value == "max" || value == "-1") return kInfinity;
  return base::parse_int<std::uint64_t>(value);
}

std::optional<std::uint64_t> parse_weight(std::string_view value) {
  constexpr std::string_view kDefault = "default ";
  if (value.starts_with(kDefault)) value.remove_prefix(kDefault.size());
  return base::parse_int<std::uint64_t>(value);
}

struct NumberRow {
  std::string_view file;
  const char* property;
  std::optional<std::uint64_t> (*parse)(std::string_view value);
};

constexpr NumberRow kNumbers[] = {
    // v2
    {"memory.max", "MemoryMax", parse_limit},
    {"memory.high", "MemoryHigh", parse_limit},
    {"memory.low", "MemoryLow", parse_limit},
    {"memory.min", "MemoryMin", parse_limit},
    {"memory.swap.max", "MemorySwapMax", parse_limit},
    {"cpu.weight", "CPUWeight", parse_weight},
    {"io.weight", "IOWeight", parse_weight},
    // v1
    {"memory.limit_in_bytes", "MemoryLimit", parse_limit},
    {"cpu.shares", "CPUShares", parse_weight},
    {"blkio.weight", "BlockIOWeight", parse_weight},
    // both
    {"pids.max", "TasksMax", parse_limit},
};

void add_numbers(const Written& written, Properties& properties) {
  for (const NumberRow& row : kNumbers) {
    const auto value = value_of(written, row.file);
    const auto parsed = value ? row.parse(*value) : std::nullopt;
    if (parsed) properties.push_back(number(row.property, *parsed));
  }
}

// cpu.idle has no property of its own: it is a weight of 0. Since systemd 252.
void add_idle(const Written& written, Properties& properties) {
  if (value_of(written, "cpu.idle") != "1") return;
  std::erase_if(properties, [](const Property& each) { return each.name == "CPUWeight"; });
  properties.push_back(number("CPUWeight", 0));
}

// Microseconds in each second. systemd thinks in whole percents, so up to the next of them: a
// cgroup below, which is limited exactly, must not ask for more than its parent has.
std::uint64_t per_second(std::uint64_t quota, std::uint64_t period) {
  constexpr std::uint64_t kPercent = 10'000;
  std::uint64_t scaled = 0;
  if (__builtin_mul_overflow(quota, 1'000'000, &scaled)) return kInfinity;
  const std::uint64_t exact = scaled / period;
  return (exact + kPercent - 1) / kPercent * kPercent;
}

void add_quota(std::optional<std::string_view> quota, std::optional<std::string_view> period,
               Properties& properties) {
  constexpr std::uint64_t kDefaultPeriod = 100'000;
  const auto length = period ? base::parse_int<std::uint64_t>(*period) : std::nullopt;
  if (length == 0) return;  // the kernel's file will refuse it
  if (length) properties.push_back(number("CPUQuotaPeriodUSec", *length));
  const auto most = quota ? parse_limit(*quota) : std::nullopt;
  if (!most) return;
  const bool unlimited = *most == kInfinity;
  properties.push_back(
      number("CPUQuotaPerSecUSec",
             unlimited ? kInfinity : per_second(*most, length.value_or(kDefaultPeriod))));
}

void add_quotas(const Written& written, Properties& properties) {
  add_quota(value_of(written, "cpu.cfs_quota_us"), value_of(written, "cpu.cfs_period_us"),
            properties);
  const auto both = value_of(written, "cpu.max");
  if (!both) return;
  const auto parts = base::split(*both, ' ');
  add_quota(parts[0], parts.size() > 1 ? std::optional(parts[1]) : std::nullopt, properties);
}

// A bit for each, the lowest numbers first.
Property number_set(std::string name, const oci::NumberSet& numbers) {
  std::vector<std::string> words{""};
  for (const unsigned long part : numbers) {
    for (std::size_t i = 0; i < sizeof part; ++i) words.push_back(cat((part >> (8 * i)) & 0xff));
  }
  while (words.size() > 2 && words.back() == "0") words.pop_back();
  words[0] = cat(words.size() - 1);
  return {std::move(name), {"ay", std::move(words)}};
}

void add_number_sets(const Written& written, Properties& properties) {
  constexpr std::pair<std::string_view, const char*> kSets[] = {
      {"cpuset.cpus", "AllowedCPUs"},
      {"cpuset.mems", "AllowedMemoryNodes"},
  };
  for (const auto& [file, property] : kSets) {
    const auto value = value_of(written, file);
    const auto numbers = value ? oci::parse_number_list(*value) : std::nullopt;
    if (numbers) properties.push_back(number_set(property, *numbers));
  }
}

// --- devices -----------------------------------------------------------------------------------

// systemd.resource-control(5), DeviceAllow: a node, which need not exist, or all of a major number
// or kind. Nothing for a minor number with any major.
std::optional<std::string> device_text(const DevicePattern& devices) {
  const char* kind = devices.kind == DeviceKind::Char ? "char" : "block";
  if (devices.major && devices.minor) {
    return cat("/dev/", kind, "/", *devices.major, ":", *devices.minor);
  }
  if (devices.minor) return std::nullopt;
  return cat(kind, "-", devices.major ? cat(*devices.major) : "*");
}

std::string access_text(DeviceAccess access) {
  return cat(access & kRead ? "r" : "", access & kWrite ? "w" : "", access & kMknod ? "m" : "");
}

// --- annotations -------------------------------------------------------------------------------

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Seconds, whole or not, as microseconds.
BusValue in_microseconds(const BusValue& seconds) {
  constexpr double kPerSecond = 1e6;
  const bool is_number =
      seconds.signature.size() == 1 && seconds.signature != "s" && seconds.signature != "b";
  const double value = is_number ? std::strtod(seconds.words[0].c_str(), nullptr) : -1;
  if (value < 0 || value > static_cast<double>(kInfinity) / kPerSecond / 2) {
    throw Error("a number of seconds is expected");
  }
  return {"t", {cat(static_cast<std::uint64_t>(value * kPerSecond))}};
}

Property annotated(std::string name, std::string_view value) {
  // The processes of the unit are none of the config's business.
  if (!std::all_of(name.begin(), name.end(), is_letter) || name.empty() || name == "PIDs") {
    throw Error("is no property that can be set");
  }
  BusValue parsed = parse_gvariant(value);
  if (!name.ends_with("Sec") || name.ends_with("USec")) return {std::move(name), std::move(parsed)};
  return {cat(name.substr(0, name.size() - 3), "USec"), in_microseconds(parsed)};
}

}  // namespace

Properties common_properties(const UnitName& name, std::string_view id, Mode mode) {
  Properties properties{text("Description", cat("container ", id))};
  if (!name.slice.empty()) {
    properties.push_back(text("Slice", name.slice));
    properties.push_back(boolean("Delegate", true));
  }
  // No ordering against what the machine starts and stops: whoever manages the container does that.
  properties.push_back(boolean("DefaultDependencies", false));
  // One that failed must not stand in the way of the next of its name.
  properties.push_back(text("CollectMode", "inactive-or-failed"));
  // So that there are controllers and statistics without limits, too.
  for (const char* kind : {"CPU", "Memory", "Tasks", mode == Mode::V2 ? "IO" : "BlockIO"}) {
    properties.push_back(boolean(cat(kind, "Accounting"), true));
  }
  return properties;
}

Properties limit_properties(const std::vector<ControlValue>& written) {
  Properties properties;
  add_numbers(written, properties);
  add_idle(written, properties);
  add_quotas(written, properties);
  add_number_sets(written, properties);
  return properties;
}

Properties start_properties(const std::vector<ControlValue>& written) {
  const auto group = value_of(written, "memory.oom.group");
  if (!group) return {};
  return {text("OOMPolicy", *group == "1" ? "kill" : "continue")};
}

Properties device_properties(const std::vector<DeviceRule>& rules) {
  if (rules.empty()) return {};
  Property allowed{"DeviceAllow", {"a(ss)", {""}}};
  std::size_t count = 0;
  for (const DeviceRule& rule : needed_device_rules(rules)) {
    const auto device = device_text(rule.devices);
    if (!rule.allow || !device) return {};
    auto& words = allowed.value.words;
    words.insert(words.end(), {*device, access_text(rule.access)});
    ++count;
  }
  allowed.value.words[0] = cat(count);
  return {std::move(allowed), text("DevicePolicy", "strict")};
}

Properties annotated_properties(const oci::Map<std::string>& annotations) {
  constexpr std::string_view kPrefix = oci::annotation::unit_property;
  Properties properties;
  for (const auto& [key, value] : annotations) {
    if (!key.starts_with(kPrefix)) continue;
    const base::Context field{[&] { return oci::place_of_annotation(key); }};
    properties.push_back(annotated(key.substr(kPrefix.size()), value));
  }
  return properties;
}

}  // namespace runtime::cgroup
