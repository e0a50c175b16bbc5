#include "runtime/resctrl/schemata.h"

#include <cstdint>
#include <map>
#include <utility>

#include "base/text.h"

namespace runtime::resctrl {

using base::cat;

namespace {

std::string without_lines(std::string_view text, std::string_view beginning) {
  std::string kept;
  for (const std::string_view line : base::split(text, '\n')) {
    if (!line.empty() && !line.starts_with(beginning)) kept += cat(line, "\n");
  }
  return kept;
}

// The resource and the domain.
using Key = std::pair<std::string, std::string>;
using Values = std::map<Key, std::string>;

// Later lines win, as later writes do. The kernel pads names and numbers with spaces.
void add_values(std::string_view text, Values& values) {
  std::string compact;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\r') compact += c;
  }
  for (const std::string_view line : base::split(compact, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    for (const std::string_view domain : base::split(line.substr(colon + 1), ';')) {
      const auto equals = domain.find('=');
      if (equals == std::string_view::npos) continue;
      values[{std::string(line.substr(0, colon)), std::string(domain.substr(0, equals))}] =
          domain.substr(equals + 1);
    }
  }
}

// Masks are hexadecimal, with or without leading zeros. So read, decimal numbers differ if and only
// if they do as such.
bool is_same(std::string_view left, std::string_view right) {
  const auto left_number = base::parse_int<std::uint64_t>(left, 16);
  const auto right_number = base::parse_int<std::uint64_t>(right, 16);
  return left_number && right_number ? *left_number == *right_number : left == right;
}

}  // namespace

std::vector<std::string> schemata_writes(const oci::IntelRdt& config) {
  std::vector<std::string> writes;
  std::string caches_and_bandwidth = config.l3_cache_schema;
  if (!config.mem_bw_schema.empty()) {
    caches_and_bandwidth = without_lines(config.l3_cache_schema, "MB:") + config.mem_bw_schema;
  }
  if (!caches_and_bandwidth.empty()) writes.push_back(caches_and_bandwidth + "\n");
  if (!config.schemata.empty()) writes.push_back(base::join(config.schemata, "\n") + "\n");
  return writes;
}

std::string find_difference(const std::vector<std::string>& writes, std::string_view present) {
  Values wanted;
  for (const std::string& each : writes) add_values(each, wanted);
  Values there;
  add_values(present, there);
  for (const auto& [key, value] : wanted) {
    const auto found = there.find(key);
    const auto& [resource, domain] = key;
    const std::string what = cat(base::shown(resource), " domain ", base::shown(domain));
    if (found == there.end()) return what + " is not there";
    if (!is_same(found->second, value)) {
      return cat(what, " is ", base::shown(found->second), ", not ", base::shown(value));
    }
  }
  return "";
}

}  // namespace runtime::resctrl
