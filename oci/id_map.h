// Id mappings of a user namespace (config-linux.md#user-namespace-mappings) and the text that the
// kernel takes and gives for them, user_namespaces(7). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "oci/config_linux.h"
#include "oci/problems.h"

namespace oci {

// "0 100000 65536\n", a line each.
std::string id_map_text(const std::vector<IdMapping>& mappings);

// What the kernel shows in /proc/<pid>/uid_map. Lines that make no sense are skipped.
std::vector<IdMapping> parse_id_map(std::string_view text);

// Adds what user_namespaces(7) has against them, which goes for mounts, too. `at` is the pointer.
void check_id_mappings(const std::vector<IdMapping>& mappings, std::string_view at,
                       Problems& problems);

// What the id inside is outside; empty when there is no such id.
std::optional<std::uint32_t> host_id(const std::vector<IdMapping>& mappings, std::uint32_t inside);

// Whether the id exists inside.
bool maps_id(const std::vector<IdMapping>& mappings, std::uint32_t inside);

// Whether both map the same ids to the same ids, in whatever order and pieces they say so.
bool same_mappings(std::vector<IdMapping> left, std::vector<IdMapping> right);

}  // namespace oci
