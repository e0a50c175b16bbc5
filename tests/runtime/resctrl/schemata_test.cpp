#include "runtime/resctrl/schemata.h"

#include <gtest/gtest.h>

namespace runtime::resctrl {
namespace {

using Writes = std::vector<std::string>;

Writes writes_of(const std::string& l3, const std::string& mb,
                 const std::vector<std::string>& schemata = {}) {
  oci::IntelRdt config;
  config.l3_cache_schema = l3;
  config.mem_bw_schema = mb;
  config.schemata = schemata;
  return schemata_writes(config);
}

TEST(SchemataTest, WritesWhatIsGiven) {
  EXPECT_EQ(writes_of("", ""), Writes{});
  EXPECT_EQ(writes_of("L3:0=f", ""), Writes{"L3:0=f\n"});
  EXPECT_EQ(writes_of("L3:0=f\nL2:0=1", ""), Writes{"L3:0=f\nL2:0=1\n"});
  EXPECT_EQ(writes_of("", "MB:0=20"), Writes{"MB:0=20\n"});
  EXPECT_EQ(writes_of("L3:0=f", "MB:0=20"), Writes{"L3:0=f\nMB:0=20\n"});
}

TEST(SchemataTest, TheBandwidthOfItsOwnPropertyCounts) {
  EXPECT_EQ(writes_of("MB:0=10\nL3:0=f\nMB:1=10", "MB:0=20"), Writes{"L3:0=f\nMB:0=20\n"});
  EXPECT_EQ(writes_of("L3:0=f\nMB:0=10", ""), Writes{"L3:0=f\nMB:0=10\n"});
}

TEST(SchemataTest, SchemataComeLast) {
  EXPECT_EQ(writes_of("", "", {"L3:0=f", "MB:0=20"}), Writes{"L3:0=f\nMB:0=20\n"});
  EXPECT_EQ(writes_of("L3:0=f", "MB:0=20", {"L3:0=ff"}),
            (Writes{"L3:0=f\nMB:0=20\n", "L3:0=ff\n"}));
}

// As the kernel prints it.
constexpr const char* kPresent =
    "    MB:0=100;1= 90\n    L3:0=007ff;1=0001f\nL3CODE:0=f;1=f\n  SMBA:0=2048\n";

TEST(SchemataTest, IsTheSameHoweverItIsWritten) {
  for (const Writes& writes :
       {Writes{}, Writes{"L3:0=7ff\n"}, Writes{"L3:0=7FF;1=1f\nMB:1=90\n"},
        Writes{"L3: 1 = 0001f ; 0 = 7ff\n"}, Writes{"L3CODE:1=f"}, Writes{"SMBA:0=2048"},
        Writes{"L3:0=1\nMB:0=50\n", "L3:0=7ff\nMB:0=100\n"}}) {
    EXPECT_EQ(find_difference(writes, kPresent), "");
  }
}

TEST(SchemataTest, SaysWhatDiffers) {
  EXPECT_EQ(find_difference({"L3:0=7ff;1=f\n"}, kPresent), "L3 domain 1 is 0001f, not f");
  EXPECT_EQ(find_difference({"MB:0=10\n"}, kPresent), "MB domain 0 is 100, not 10");
  EXPECT_EQ(find_difference({"L3:2=f\n"}, kPresent), "L3 domain 2 is not there");
  EXPECT_EQ(find_difference({"L2:0=f\n"}, kPresent), "L2 domain 0 is not there");
  EXPECT_EQ(find_difference({"L3:0=7ff\n", "L3:0=x\n"}, kPresent), "L3 domain 0 is 007ff, not x");
  EXPECT_EQ(find_difference({"L3:0=7ff\n"}, ""), "L3 domain 0 is not there");
}

}  // namespace
}  // namespace runtime::resctrl
