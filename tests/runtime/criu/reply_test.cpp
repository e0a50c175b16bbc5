#include "runtime/criu/reply.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "runtime/criu/wire.h"

namespace runtime::criu {
namespace {

using namespace std::string_view_literals;

TEST(Wire, NumbersOfAllSizes) {
  constexpr std::int64_t kNumbers[] = {0, 1, 127, 128, 300, std::int64_t{1} << 40, -1};
  for (const std::int64_t number : kNumbers) {
    const Message message = Message().number(64, number);
    const auto fields = fields_of(message.bytes());
    ASSERT_EQ(fields.size(), 1U);
    EXPECT_EQ(fields[0].number, 64U);
    EXPECT_EQ(fields[0].value, static_cast<std::uint64_t>(number));
  }
}

TEST(Wire, TheBytesOfTheSpecification) {
  // protobuf.dev: "Test1{a: 150}" and "Test2{b: "testing"}".
  EXPECT_EQ(Message().number(1, 150).bytes(), "\x08\x96\x01");
  EXPECT_EQ(Message().text(2, "testing").bytes(), "\x12\x07testing");
}

TEST(Wire, WhatIsNoMessage) {
  for (const std::string_view bytes : {"\x08"sv, "\x12\x07test"sv, "\x09\x01"sv, "\x0b"sv, "\x80"sv,
                                       "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"sv,
                                       "\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f"sv}) {
    EXPECT_THROW(fields_of(bytes), base::Error);
  }
  // Of a kind that CRIU does not use.
  EXPECT_EQ(fields_of("\x0d\x01\x02\x03\x04\x08\x01"sv).size(), 2U);
}

TEST(Reply, Notification) {
  const Reply reply = decode(Message()
                                 .number(1, 6)
                                 .number(2, 1)
                                 .message(5, Message().text(1, "post-restore").number(2, 4711))
                                 .bytes());
  EXPECT_TRUE(reply.is_notification);
  EXPECT_TRUE(reply.success);
  EXPECT_EQ(reply.stage, "post-restore");
  EXPECT_EQ(reply.pid, 4711);
}

TEST(Reply, Outcomes) {
  const Reply restored =
      decode(Message().number(1, 2).number(2, 1).message(4, Message().number(1, 12)).bytes());
  EXPECT_FALSE(restored.is_notification);
  EXPECT_TRUE(restored.success);
  EXPECT_EQ(restored.pid, 12);
  const Reply failed = decode(Message().number(1, 1).number(2, 0).text(9, "why").bytes());
  EXPECT_FALSE(failed.success);
}

TEST(Reply, Features) {
  const Reply reply = decode(
      Message().number(1, 9).number(2, 1).message(8, Message().number(1, 0).number(2, 1)).bytes());
  EXPECT_EQ(reply.features, std::vector<unsigned>{2});
}

}  // namespace
}  // namespace runtime::criu
