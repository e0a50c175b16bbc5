#include "runtime/container/id_pool.h"

#include <gtest/gtest.h>

namespace runtime {
namespace {

using List = std::vector<Ids>;

TEST(SubordinateIds, AreTheLinesOfTheUser) {
  EXPECT_EQ(parse_subordinate_ids("other:1:2\nruntime:100000:65536\nruntime:5:1\n", "runtime"),
            (List{{100000, 65536}, {5, 1}}));
  EXPECT_TRUE(parse_subordinate_ids("", "runtime").empty());
}

TEST(SubordinateIds, SkipLinesThatMakeNoSense) {
  for (const char* line : {"runtime", "runtime:1", "runtime:1:2:3", "runtime:x:1", "runtime:1:-1",
                           "runtime:1:0", "runtime:4294967294:2", "runtime: 1:1", "runtimes:1:1"}) {
    EXPECT_TRUE(parse_subordinate_ids(line, "runtime").empty()) << line;
  }
  EXPECT_EQ(parse_subordinate_ids("runtime:4294967294:1", "runtime"), (List{{4294967294, 1}}));
}

TEST(FindFree, TakesTheLowestThatTouchesNone) {
  const List pool = {{1000, 100}};
  EXPECT_EQ(find_free(pool, {}, 100), 1000U);
  EXPECT_EQ(find_free(pool, {}, 101), std::nullopt);
  EXPECT_EQ(find_free(pool, {{1000, 10}}, 90), 1010U);
  EXPECT_EQ(find_free(pool, {{1000, 10}}, 91), std::nullopt);
  // A gap that fits, one that doesn't, unsorted.
  EXPECT_EQ(find_free(pool, {{1030, 10}, {1000, 10}}, 20), 1010U);
  EXPECT_EQ(find_free(pool, {{1030, 10}, {1000, 10}}, 21), 1040U);
}

TEST(FindFree, HeedsWhatReachesIntoThePool) {
  const List pool = {{1000, 100}};
  EXPECT_EQ(find_free(pool, {{900, 150}}, 50), 1050U);
  EXPECT_EQ(find_free(pool, {{1090, 1000}}, 90), 1000U);
  EXPECT_EQ(find_free(pool, {{0, 4294967295}}, 1), std::nullopt);
  // One inside another.
  EXPECT_EQ(find_free(pool, {{1000, 50}, {1010, 5}}, 10), 1050U);
}

TEST(FindFree, GoesOnInTheNextRange) {
  const List pool = {{1000, 10}, {5000, 100}};
  EXPECT_EQ(find_free(pool, {}, 50), 5000U);
  EXPECT_EQ(find_free(pool, {{5000, 1}}, 10), 1000U);
  EXPECT_EQ(find_free({{4294967200, 95}}, {}, 95), 4294967200U);
}

}  // namespace
}  // namespace runtime
