#include "runtime/container/id.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace runtime {
namespace {

TEST(ContainerIdTest, Accepts) {
  for (const char* id : {"web", "a", "A-b_c+d.e", "0", "-x", "web..1"}) {
    EXPECT_EQ(ContainerId::parse(id).text(), id);
  }
  EXPECT_EQ(ContainerId::parse(std::string(255, 'x')).text().size(), 255U);
}

TEST(ContainerIdTest, Refuses) {
  for (const std::string& id :
       {std::string(), std::string("."), std::string(".."), std::string(".web"), std::string("a/b"),
        std::string("a b"), std::string("a\n"), std::string("h\xc3\xa9"), std::string("a\0b", 3),
        std::string(256, 'x')}) {
    EXPECT_THROW(ContainerId::parse(id), base::Error) << id;
  }
}

TEST(ContainerIdTest, SaysWhat) {
  try {
    ContainerId::parse("a/b");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.text(),
              "invalid container ID format: \"a/b\" (1 to 255 of A-Z a-z 0-9 _ + - . with no dot "
              "in front)");
  }
}

}  // namespace
}  // namespace runtime
