#include "runtime/rootfs/id_map_option.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"

namespace runtime::rootfs {

using base::cat;
using base::quoted;
using oci::IdMapping;

namespace {

using Mappings = std::vector<IdMapping>;

std::optional<IdMapping> parse_range(std::string_view text) {
  const auto words = base::split(text, '-');
  if (words.size() != 3) return std::nullopt;
  const auto id = base::parse_int<std::uint32_t>(words[0]);
  const auto shown = base::parse_int<std::uint32_t>(words[1]);
  const auto count = base::parse_int<std::uint32_t>(words[2]);
  if (!id || !shown || !count) return std::nullopt;
  return IdMapping{*id, *shown, *count};
}

bool has_all(const IdMapping& mapping, std::uint32_t first, std::uint32_t count) {
  if (first < mapping.container_id) return false;
  return std::uint64_t{first - mapping.container_id} + count <= mapping.size;
}

// From an id of the container to the host's. False where the container doesn't have them all, as
// one piece.
bool make_absolute(IdMapping& range, const Mappings& container) {
  const auto found = std::find_if(container.begin(), container.end(), [&](const IdMapping& each) {
    return has_all(each, range.host_id, range.size);
  });
  if (found == container.end()) return false;
  range.host_id = range.host_id - found->container_id + found->host_id;
  return true;
}

std::string parse_ranges(std::string_view text, const Mappings& container, Mappings& list) {
  for (std::string_view each : base::split(text, '#')) {
    const bool is_relative = each.starts_with('@');
    auto range = parse_range(is_relative ? each.substr(1) : each);
    if (!range) return cat(quoted(each), " is no range of ids, ID-SHOWN-COUNT");
    if (is_relative && !make_absolute(*range, container)) {
      return cat(quoted(each), " is relative to ids that the container's mappings don't have");
    }
    list.push_back(*range);
  }
  return "";
}

}  // namespace

std::string parse_id_lists(std::string_view text, const oci::Linux& linux, IdLists& lists) {
  constexpr std::string_view kUids = "uids=";
  constexpr std::string_view kGids = "gids=";
  std::string problem;
  for (const std::string_view each : base::split(text, ';')) {
    if (each.starts_with(kUids)) {
      problem = parse_ranges(each.substr(kUids.size()), linux.uid_mappings, lists.uids);
    } else if (each.starts_with(kGids)) {
      problem = parse_ranges(each.substr(kGids.size()), linux.gid_mappings, lists.gids);
    } else {
      problem = cat(quoted(each), " is neither uids= nor gids=");
    }
    if (!problem.empty()) return problem;
  }
  if (lists.uids.empty()) return "uids= is missing";
  return lists.gids.empty() ? "gids= is missing" : "";
}

}  // namespace runtime::rootfs
