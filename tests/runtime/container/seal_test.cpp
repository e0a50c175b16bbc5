#include "runtime/container/seal.h"

#include <gtest/gtest.h>

namespace runtime {
namespace {

TEST(SealTest, TheChecksumIsWhatCksumSays) {
  // printf '{"a":1' | cksum
  EXPECT_EQ(sealed("{\"a\":1}"), "{\"a\":1,\"checksum\":1881414816}");
}

TEST(SealTest, IntactIsWhatWasSealed) {
  EXPECT_TRUE(is_intact(sealed("{\"a\":1}")));
  EXPECT_TRUE(is_intact(sealed("{\"a\":\",\\\"checksum\\\":1}\"}")));
  EXPECT_FALSE(is_intact(""));
  EXPECT_FALSE(is_intact("{\"a\":1}"));
  EXPECT_FALSE(is_intact(sealed("{\"a\":1}") + "\n"));
}

TEST(SealTest, EveryFlippedBitAndEveryMissingByteIsFound) {
  const std::string whole = sealed("{\"id\":\"web\",\"pid\":4711}");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    EXPECT_FALSE(is_intact(whole.substr(0, at)));
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 1 << bit);
      EXPECT_FALSE(is_intact(damaged)) << at << " " << bit;
    }
  }
}

}  // namespace
}  // namespace runtime
