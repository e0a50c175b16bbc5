#include "oci/id_map.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace oci {

namespace {

constexpr std::size_t kMostMappings = 340;  // UID_GID_MAP_MAX_EXTENTS

// Sorted, with neighbours that continue one another made one.
std::vector<IdMapping> in_normal_form(std::vector<IdMapping> mappings) {
  std::sort(mappings.begin(), mappings.end(),
            [](const IdMapping& a, const IdMapping& b) { return a.container_id < b.container_id; });
  std::vector<IdMapping> normal;
  for (const IdMapping& each : mappings) {
    if (!normal.empty() && normal.back().container_id + normal.back().size == each.container_id &&
        normal.back().host_id + normal.back().size == each.host_id) {
      normal.back().size += each.size;
    } else {
      normal.push_back(each);
    }
  }
  return normal;
}

// Whether two of the ranges, which begin at `first`, share an id.
template <typename First>
bool has_overlap(std::vector<IdMapping> mappings, First first) {
  std::sort(mappings.begin(), mappings.end(),
            [&](const IdMapping& a, const IdMapping& b) { return first(a) < first(b); });
  const auto shared = [&](const IdMapping& a, const IdMapping& b) {
    return std::uint64_t{first(a)} + a.size > first(b);
  };
  return std::adjacent_find(mappings.begin(), mappings.end(), shared) != mappings.end();
}

// user_namespaces(7): no empty range, none past the last id. 4294967295 itself is no id.
void check_id_range(const IdMapping& mapping, const std::string& at, Problems& problems) {
  constexpr std::uint64_t kIds = std::numeric_limits<std::uint32_t>::max();
  if (mapping.size == 0) problems.add(at + "/size", "must be above 0");
  if (std::uint64_t{mapping.container_id} + mapping.size > kIds) {
    problems.add(at, "containerID + size is past the last id");
  }
  if (std::uint64_t{mapping.host_id} + mapping.size > kIds) {
    problems.add(at, "hostID + size is past the last id");
  }
}

// The kernel takes a mapping in one write of less than a page.
void check_length(const std::vector<IdMapping>& mappings, std::string_view at, Problems& problems) {
  constexpr std::size_t kPage = 4096;
  const std::size_t length = id_map_text(mappings).size();
  if (length < kPage) return;
  problems.add(at, base::cat("is ", length, " bytes for the kernel, which takes ", kPage - 1));
}

}  // namespace

std::string id_map_text(const std::vector<IdMapping>& mappings) {
  std::string text;
  for (const IdMapping& each : mappings) {
    text += base::cat(each.container_id, ' ', each.host_id, ' ', each.size, '\n');
  }
  return text;
}

std::vector<IdMapping> parse_id_map(std::string_view text) {
  std::vector<IdMapping> mappings;
  for (const std::string_view line : base::split(text, '\n')) {
    const auto words = base::words(line);
    if (words.size() != 3) continue;
    const auto inside = base::parse_int<std::uint32_t>(words[0]);
    const auto outside = base::parse_int<std::uint32_t>(words[1]);
    const auto size = base::parse_int<std::uint32_t>(words[2]);
    if (inside && outside && size) mappings.push_back({*inside, *outside, *size});
  }
  return mappings;
}

std::optional<std::uint32_t> host_id(const std::vector<IdMapping>& mappings, std::uint32_t inside) {
  for (const IdMapping& each : mappings) {
    const std::uint32_t offset = inside - each.container_id;
    if (inside >= each.container_id && offset < each.size) return each.host_id + offset;
  }
  return std::nullopt;
}

bool maps_id(const std::vector<IdMapping>& mappings, std::uint32_t inside) {
  return host_id(mappings, inside).has_value();
}

bool same_mappings(std::vector<IdMapping> left, std::vector<IdMapping> right) {
  return in_normal_form(std::move(left)) == in_normal_form(std::move(right));
}

void check_id_mappings(const std::vector<IdMapping>& mappings, std::string_view at,
                       Problems& problems) {
  if (mappings.size() > kMostMappings) {
    problems.add(at, base::cat("at most ", kMostMappings, " entries, has ", mappings.size()));
    return;
  }
  for (std::size_t i = 0; i < mappings.size(); ++i) {
    check_id_range(mappings[i], base::cat(at, '/', i), problems);
  }
  if (has_overlap(mappings, [](const IdMapping& each) { return each.container_id; })) {
    problems.add(at, "ranges overlap inside the container");
  }
  if (has_overlap(mappings, [](const IdMapping& each) { return each.host_id; })) {
    problems.add(at, "ranges overlap on the host");
  }
  check_length(mappings, at, problems);
}

}  // namespace oci
