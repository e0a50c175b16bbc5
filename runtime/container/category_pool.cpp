#include "runtime/container/category_pool.h"

#include <set>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "oci/json_writer.h"
#include "runtime/lease/leases.h"

namespace runtime {

using base::cat;

namespace {

constexpr const char* kCategoryFolder = "/run/runtime-categories";

struct CategoryLease {
  CategoryPair pair;
  Owner owner;
};

}  // namespace

}  // namespace runtime

template <>
struct oci::Describe<runtime::CategoryPair> {
  static constexpr auto fields = std::tuple{
      Field{"low", &runtime::CategoryPair::low, required},
      Field{"high", &runtime::CategoryPair::high, required},
  };
};

template <>
struct oci::Describe<runtime::CategoryLease> {
  static constexpr auto fields = std::tuple{
      Field{"categories", &runtime::CategoryLease::pair, required},
      Field{"owner", &runtime::CategoryLease::owner, required},
  };
};

namespace runtime {

namespace {

class Taken {
 public:
  void add(const CategoryPair& pair) { pairs_.emplace(pair.low, pair.high); }

  void add(const CategorySet& set) {
    constexpr std::size_t kMostOfAContainer = 16;
    if (set.size() > kMostOfAContainer) return;
    if (set.size() == 1) single_.insert(set.front());
    for (std::size_t low = 0; low < set.size(); ++low) {
      for (std::size_t high = low + 1; high < set.size(); ++high) {
        add(CategoryPair{set[low], set[high]});
      }
    }
  }

  bool has(const CategoryPair& pair) const {
    return pairs_.contains({pair.low, pair.high}) || single_.contains(pair.low) ||
           single_.contains(pair.high);
  }

 private:
  std::set<std::pair<std::uint32_t, std::uint32_t>> pairs_;
  std::set<std::uint32_t> single_;
};

// The next one of the range, after the last the first again.
CategoryPair after(const CategoryPair& pair, const CategoryRange& range) {
  if (pair.high < range.last) return {pair.low, pair.high + 1};
  const std::uint32_t low = pair.low + 1;
  return low < range.last ? CategoryPair{low, low + 1} : CategoryPair{range.first, range.first + 1};
}

}  // namespace

std::optional<CategoryPair> choose_pair(const CategoryRange& range,
                                        const std::vector<CategoryPair>& taken,
                                        const std::vector<CategorySet>& foreign,
                                        std::uint64_t start) {
  if (range.last <= range.first) return std::nullopt;
  Taken all;
  for (const CategoryPair& pair : taken) all.add(pair);
  for (const CategorySet& set : foreign) all.add(set);
  const std::uint64_t count = std::uint64_t{range.last} - range.first + 1;
  auto low = static_cast<std::uint32_t>(range.first + start % (count - 1));
  auto high = static_cast<std::uint32_t>(low + 1 + (start / count) % (range.last - low));
  CategoryPair pair{low, high};
  for (std::uint64_t left = count * (count - 1) / 2; left > 0; --left) {
    if (!all.has(pair)) return pair;
    pair = after(pair, range);
  }
  return std::nullopt;
}

CategoryPair lease_categories(const CategoryRange& range, const std::vector<CategorySet>& foreign,
                              const StateDir& container) {
  const base::OwnedFd folder = lock_leases(kCategoryFolder);
  std::vector<CategoryPair> taken;
  for (const CategoryLease& lease : live_leases<CategoryLease>(folder)) taken.push_back(lease.pair);
  const auto pair = choose_pair(range, taken, foreign, sys::random_number());
  if (!pair) {
    throw base::Error(cat("no pair of the categories c", range.first, " to c", range.last,
                          " is free, ", taken.size(), " container(s) have one"));
  }
  const CategoryLease lease{*pair, borrower(container.fd())};
  sys::replace_file(folder, cat(pair->low, '.', pair->high), oci::write_json(lease), 0600);
  return *pair;
}

void release_categories(const StateDir& container) {
  return_leases<CategoryLease>(kCategoryFolder, owner_of(container.fd()));
}

}  // namespace runtime
