#include "runtime/commands/duration.h"

#include <gtest/gtest.h>

#include "tests/support/forked.h"

namespace {

TEST(Duration, AsGoReadsIt) {
  const struct {
    const char* text;
    std::int64_t nanoseconds;
  } rows[] = {
      {"5s", 5'000'000'000},
      {"500ms", 500'000'000},
      {"1m", 60'000'000'000},
      {"1h30m", 5'400'000'000'000},
      {"1.5h", 5'400'000'000'000},
      {".5s", 500'000'000},
      {"2.s", 2'000'000'000},
      {"100us", 100'000},
      {"7ns", 7},
      {"1m0.5s", 60'500'000'000},
      {"1.0000000009s", 1'000'000'000},
      {"2562047h", 9'223'369'200'000'000'000},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(runtime::parse_duration(row.text).count(), row.nanoseconds) << row.text;
  }
}

TEST(Duration, RefusesWhatIsNone) {
  for (const char* text : {"", "5", "s", ".s", "-1s", "+1s", "1 s", "1x", "1s2", "1,5s", "2562048h",
                           "99999999999999999999s", "5S"}) {
    EXPECT_EQ(test_support::error_of([&] { runtime::parse_duration(text); }),
              "a duration is expected, such as 5s, 500ms or 1m30s")
        << text;
  }
  EXPECT_EQ(test_support::error_of([] { runtime::parse_duration("0s"); }),
            "duration interval must be greater than 0");
}

}  // namespace
