// The pairs of MCS categories that containers with automatic SELinux labels are given, each to one
// living container at a time (docs/decisions/mandatory-access-control.md): leases of
// /run/runtime-categories.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/container/state_dir.h"

namespace runtime {

// Two different ones, the lower first: who has another pair has neither of both.
struct CategoryPair {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  bool operator==(const CategoryPair&) const = default;
};

// Those to choose from, both ends included.
struct CategoryRange {
  std::uint32_t first = 0;
  std::uint32_t last = 1023;
  bool operator==(const CategoryRange&) const = default;
};

// What a process of somebody else has: sorted, each once.
using CategorySet = std::vector<std::uint32_t>;

// A pair of the range that nobody has: none that is taken, and none by which either could read the
// other's: a foreign set of one or two categories, or of a few with the pair among them. Sets of
// more than 16 are a user's range and no container's. `start` is any number, and says where to
// begin looking. Pure.
std::optional<CategoryPair> choose_pair(const CategoryRange& range,
                                        const std::vector<CategoryPair>& taken,
                                        const std::vector<CategorySet>& foreign,
                                        std::uint64_t start);

// Gives the container a pair of its own, until release_categories. The state folder is reserved
// and locked. Throws when all are taken.
CategoryPair lease_categories(const CategoryRange& range, const std::vector<CategorySet>& foreign,
                              const StateDir& container);
// No effect if it has none.
void release_categories(const StateDir& container);

}  // namespace runtime
