#include "base/log.h"

#include <gtest/gtest.h>

namespace base::log {
namespace {

constexpr const char* kTime = "2026-01-02T03:04:05.678901Z";

TEST(LogTest, JsonHasTheThreeMembersOfTheContract) {
  EXPECT_EQ(format_line(Format::Json, Level::Error, "it \"broke\"\nbadly\x01", kTime),
            R"({"level":"error","msg":"it \"broke\"\nbadly\u0001",)"
            R"("time":"2026-01-02T03:04:05.678901Z"})");
}

TEST(LogTest, TextIsLogfmt) {
  EXPECT_EQ(format_line(Format::Text, Level::Warning, "a\\b", kTime),
            R"(time="2026-01-02T03:04:05.678901Z" level=warning msg="a\\b")");
}

TEST(LogTest, BytesThatAreNoUtf8AreWrittenOut) {
  EXPECT_EQ(format_line(Format::Json, Level::Debug, "h\xc3\xa9 \xff", kTime),
            R"({"level":"debug","msg":"hé \\xff","time":"2026-01-02T03:04:05.678901Z"})");
}

}  // namespace
}  // namespace base::log
