#include "runtime/rootfs/id_map_option.h"

#include <gtest/gtest.h>

namespace {

using namespace runtime::rootfs;
using Mappings = std::vector<oci::IdMapping>;

// The manual of crun has this one as its example.
oci::Linux container() {
  oci::Linux linux;
  linux.uid_mappings = {{0, 0, 1}, {1, 2, 1000}};
  linux.gid_mappings = {{0, 100000, 65536}};
  return linux;
}

IdLists lists_of(std::string_view text) {
  IdLists lists;
  EXPECT_EQ(parse_id_lists(text, container(), lists), "") << text;
  return lists;
}

TEST(IdMapOption, RangesAreTakenAsTheyAre) {
  const IdLists lists = lists_of("uids=0-1-10#10-11-10;gids=0-100-10");
  EXPECT_EQ(lists.uids, (Mappings{{0, 1, 10}, {10, 11, 10}}));
  EXPECT_EQ(lists.gids, (Mappings{{0, 100, 10}}));
  EXPECT_EQ(lists_of("gids=1-2-3;uids=4294967294-0-1").uids, (Mappings{{4294967294U, 0, 1}}));
  EXPECT_EQ(lists_of("uids=1-1-1;gids=1-2-3;uids=2-2-2").uids, (Mappings{{1, 1, 1}, {2, 2, 2}}));
}

TEST(IdMapOption, RelativeOnesArePutInTermsOfTheHost) {
  const IdLists lists = lists_of("uids=@1-3-10#@7-0-1#5-5-1;gids=@5-1000-2");
  EXPECT_EQ(lists.uids, (Mappings{{1, 4, 10}, {7, 0, 1}, {5, 5, 1}}));
  EXPECT_EQ(lists.gids, (Mappings{{5, 101000, 2}}));
  EXPECT_EQ(lists_of("uids=@0-1-1000;gids=@0-0-65536").uids, (Mappings{{0, 2, 1000}}));
}

TEST(IdMapOption, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> rows[] = {
      {"", R"("" is neither uids= nor gids=)"},
      {"uids=0-0-1", "gids= is missing"},
      {"gids=0-0-1", "uids= is missing"},
      {"uids=0-0-1;", R"("" is neither uids= nor gids=)"},
      {"uids=0-0-1,gids=0-0-1", R"("0-0-1,gids=0-0-1" is no range of ids, ID-SHOWN-COUNT)"},
      {"uids=", R"("" is no range of ids, ID-SHOWN-COUNT)"},
      {"uids=0-0", R"("0-0" is no range of ids, ID-SHOWN-COUNT)"},
      {"uids=0-0-1-1", R"("0-0-1-1" is no range of ids, ID-SHOWN-COUNT)"},
      {"uids=0-0-1#", R"("" is no range of ids, ID-SHOWN-COUNT)"},
      {"uids=0--1-1", R"("0--1-1" is no range of ids, ID-SHOWN-COUNT)"},
      {"uids=0-4294967296-1", R"("0-4294967296-1" is no range of ids, ID-SHOWN-COUNT)"},
      {"uids=@@0-0-1", R"("@@0-0-1" is no range of ids, ID-SHOWN-COUNT)"},
      {"uids=@0-0-2", R"("@0-0-2" is relative to ids that the container's mappings don't have)"},
      {"uids=@0-1001-1",
       R"("@0-1001-1" is relative to ids that the container's mappings don't have)"},
      {"uids=@0-1-4294967295",
       R"("@0-1-4294967295" is relative to ids that the container's mappings don't have)"},
  };
  for (const auto& [text, problem] : rows) {
    IdLists lists;
    EXPECT_EQ(parse_id_lists(text, container(), lists), problem) << text;
  }
  IdLists lists;
  EXPECT_EQ(parse_id_lists("uids=@0-0-1", oci::Linux{}, lists),
            R"("@0-0-1" is relative to ids that the container's mappings don't have)");
}

}  // namespace
