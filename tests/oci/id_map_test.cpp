#include "oci/id_map.h"

#include <gtest/gtest.h>

namespace oci {
namespace {

TEST(IdMap, IsALinePerRange) {
  EXPECT_EQ(id_map_text({}), "");
  EXPECT_EQ(id_map_text({{0, 1000, 1}, {1, 100000, 65536}}), "0 1000 1\n1 100000 65536\n");
}

TEST(IdMap, IsReadAsTheKernelWritesIt) {
  const std::vector<IdMapping> wanted = {{0, 1000, 1}, {1, 100000, 65536}};
  EXPECT_EQ(parse_id_map("         0       1000          1\n         1     100000      65536\n"),
            wanted);
  EXPECT_EQ(parse_id_map("0 0 4294967295\n"), (std::vector<IdMapping>{{0, 0, 4294967295}}));
}

TEST(IdMap, SkipsWhatMakesNoSense) {
  EXPECT_TRUE(parse_id_map("").empty());
  EXPECT_TRUE(parse_id_map("0 0\n1 2 3 4\nx 0 1\n-1 0 1\n0 0 4294967296\n").empty());
}

TEST(IdMap, KnowsWhatIsMapped) {
  const std::vector<IdMapping> mappings = {{0, 1000, 1}, {10, 100000, 5}};
  for (const std::uint32_t id : {0U, 10U, 14U}) EXPECT_TRUE(maps_id(mappings, id)) << id;
  for (const std::uint32_t id : {1U, 9U, 15U, 4294967295U})
    EXPECT_FALSE(maps_id(mappings, id)) << id;
}

TEST(IdMap, KnowsWhatAnIdIsOutside) {
  const std::vector<IdMapping> mappings = {{0, 1000, 1}, {10, 100000, 5}};
  EXPECT_EQ(host_id(mappings, 0), 1000U);
  EXPECT_EQ(host_id(mappings, 14), 100004U);
  EXPECT_EQ(host_id(mappings, 15), std::nullopt);
}

TEST(IdMap, IsTheSameInAnyOrderAndInPieces) {
  const std::vector<IdMapping> whole = {{0, 1000, 10}, {10, 5000, 1}};
  EXPECT_TRUE(same_mappings(whole, {{10, 5000, 1}, {5, 1005, 5}, {0, 1000, 5}}));
  EXPECT_FALSE(same_mappings(whole, {{0, 1000, 10}}));
  EXPECT_FALSE(same_mappings(whole, {{0, 1000, 10}, {10, 5001, 1}}));
  // Neighbours inside, not outside.
  EXPECT_FALSE(same_mappings({{0, 0, 2}}, {{0, 0, 1}, {1, 5, 1}}));
}

}  // namespace
}  // namespace oci
