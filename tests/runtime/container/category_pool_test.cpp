#include "runtime/container/category_pool.h"

#include <gtest/gtest.h>
#include <set>
#include <utility>

namespace runtime {
namespace {

TEST(CategoryPairs, AreChosenUntilNoneIsLeft) {
  const CategoryRange range{3, 9};
  for (const std::uint64_t start : {0ULL, 1ULL, 20ULL, ~0ULL}) {
    std::vector<CategoryPair> taken;
    std::set<std::pair<std::uint32_t, std::uint32_t>> different;
    while (const auto pair = choose_pair(range, taken, {}, start)) {
      EXPECT_LT(pair->low, pair->high);
      EXPECT_GE(pair->low, 3U);
      EXPECT_LE(pair->high, 9U);
      taken.push_back(*pair);
      different.emplace(pair->low, pair->high);
    }
    EXPECT_EQ(taken.size(), 21U);
    EXPECT_EQ(different.size(), 21U);
  }
}

TEST(CategoryPairs, NeedTwoCategories) {
  EXPECT_FALSE(choose_pair({5, 5}, {}, {}, 0));
  EXPECT_EQ(choose_pair({5, 6}, {}, {}, 77), (CategoryPair{5, 6}));
}

TEST(CategoryPairs, KeepClearOfWhatOthersHave) {
  const CategoryRange range{1, 3};  // (1,2) (1,3) (2,3)
  struct Row {
    std::vector<CategorySet> foreign;
    std::optional<CategoryPair> free;
  };
  std::vector<std::uint32_t> many;
  for (std::uint32_t each = 0; each < 1024; ++each) many.push_back(each);
  const Row rows[] = {
      {{{1, 2}, {2, 3}}, CategoryPair{1, 3}},
      {{{1}}, CategoryPair{2, 3}},
      {{{1}, {3}}, std::nullopt},
      {{{1, 2, 3}}, std::nullopt},
      {{{1, 2, 7}, {2, 3, 9}}, CategoryPair{1, 3}},
      // The range of a login shell.
      {{many, {1, 2}, {1, 3}}, CategoryPair{2, 3}},
      {{{}, {1, 2}, {1, 3}}, CategoryPair{2, 3}},
  };
  for (const Row& row : rows) {
    for (std::uint64_t start = 0; start < 10; ++start) {
      EXPECT_EQ(choose_pair(range, {}, row.foreign, start), row.free);
    }
  }
}

TEST(CategoryPairs, BeginAnywhere) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> begun;
  for (std::uint64_t start = 0; start < 10000; ++start) {
    const auto pair = choose_pair({}, {}, {}, start * 0x9e3779b97f4a7c15ULL);
    begun.emplace(pair->low, pair->high);
  }
  EXPECT_GT(begun.size(), 8000U);
}

}  // namespace
}  // namespace runtime
