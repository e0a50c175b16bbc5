// The ranges of ids that containers with automatic user namespaces are given, each to one living
// container at a time (docs/decisions/automatic-user-namespaces.md): leases of /run/runtime-ids.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/container/id_range.h"
#include "runtime/container/state_dir.h"

namespace runtime {

// Consecutive ids.
struct Ids {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  bool operator==(const Ids&) const = default;
};

// What there is to give: the lines of the user "runtime" in subuid(5) and subgid(5).
struct IdPool {
  std::vector<Ids> users;
  std::vector<Ids> groups;
};

// Throws when one of the two files gives the user nothing.
IdPool read_id_pool();
// The ranges of `user` in such a file, by name. Pure; lines that make no sense are skipped.
std::vector<Ids> parse_subordinate_ids(std::string_view text, std::string_view user);
// The lowest start of `size` ids in the pool that touches none of the taken. Pure.
std::optional<std::uint32_t> find_free(const std::vector<Ids>& pool, std::vector<Ids> taken,
                                       std::uint32_t size);

// Gives the container a range of its own, until release_ids. The state folder is reserved and
// locked. Throws when all are taken.
IdRange lease_ids(const IdPool& pool, std::uint32_t size, const StateDir& container);
// For each of these the state folder of a living container whose range shares a user id with it;
// empty where there is none.
std::vector<std::string> find_lessees(const std::vector<Ids>& ranges);
// No effect if it has none.
void release_ids(const StateDir& container);

}  // namespace runtime
