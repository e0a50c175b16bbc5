#include "oci/id_map.h"

#include <algorithm>

#include "base/text.h"

namespace oci {

namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words = base::split(line, ' ');
  std::erase(words, std::string_view());
  return words;
}

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
    const auto words = words_of(line);
    if (words.size() != 3) continue;
    const auto inside = base::parse_int<std::uint32_t>(words[0]);
    const auto outside = base::parse_int<std::uint32_t>(words[1]);
    const auto size = base::parse_int<std::uint32_t>(words[2]);
    if (inside && outside && size) mappings.push_back({*inside, *outside, *size});
  }
  return mappings;
}

bool maps_id(const std::vector<IdMapping>& mappings, std::uint32_t inside) {
  return std::any_of(mappings.begin(), mappings.end(), [&](const IdMapping& each) {
    return inside >= each.container_id && inside - each.container_id < each.size;
  });
}

bool same_mappings(std::vector<IdMapping> left, std::vector<IdMapping> right) {
  return in_normal_form(std::move(left)) == in_normal_form(std::move(right));
}

}  // namespace oci
