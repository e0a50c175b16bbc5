#include "runtime/security/selinux.h"

#include <gtest/gtest.h>

namespace {

using namespace runtime::security;

TEST(Selinux, ReadsContexts) {
  const auto context = parse_context(std::string_view("u:r:t:s0-s0:c0.c1023\0", 21));
  ASSERT_TRUE(context);
  EXPECT_EQ(context->user, "u");
  EXPECT_EQ(context->role, "r");
  EXPECT_EQ(context->type, "t");
  EXPECT_EQ(context->range, "s0-s0:c0.c1023");
  EXPECT_EQ(context->text(), "u:r:t:s0-s0:c0.c1023");
  EXPECT_EQ(parse_context("u:r:t")->text(), "u:r:t");
  for (const char* text : {"", "u", "u:r", "u:r:", ":r:t:s0", "u::t", "u:r t:t:s0", "u:r\x01:t"}) {
    EXPECT_FALSE(parse_context(text)) << text;
  }
}

TEST(Selinux, ReadsCategories) {
  using Numbers = std::vector<std::uint32_t>;
  EXPECT_EQ(categories_of("s0"), Numbers{});
  EXPECT_EQ(categories_of("s0:c1"), (Numbers{1}));
  EXPECT_EQ(categories_of("s0:c7,c1.c3,c2"), (Numbers{1, 2, 3, 7}));
  for (const char* text :
       {"s0:", "s0:1", "s0:c", "s0:c1,", "s0:c3.c1", "s0:c1.c2.c3", "s0:c65536"}) {
    EXPECT_FALSE(categories_of(text)) << text;
  }
}

TEST(Selinux, ComparesContextsAsTheKernelWritesThem) {
  const char* same[][2] = {
      {"u:r:t", "u:r:t"},
      {"u:r:t:s0:c2,c1", "u:r:t:s0:c1,c2"},
      {"u:r:t:s0:c1,c2,c3", "u:r:t:s0:c1.c3"},
      {"u:r:t:s0-s0", "u:r:t:s0"},
      {"u:r:t:SystemLow", "u:r:t:SystemLow"},
  };
  for (const auto& [left, right] : same) EXPECT_TRUE(is_same_context(left, right)) << left;
  const char* different[][2] = {
      {"", "u:r:t"},
      {"u:r:t:s0", "u:r:t:s0:c1"},
      {"u:r:t:s0:c1,c2", "u:r:t:s0:c1,c3"},
      {"u:r:t:s0:c1,c2", "u:r:x:s0:c1,c2"},
      {"u:r:t:s0:c1", "u:r:t:s1:c1"},
      {"u:r:t:s0", "u:r:t:s0-s0:c1"},
  };
  for (const auto& [left, right] : different) EXPECT_FALSE(is_same_context(left, right)) << left;
}

// Knows the types t and f, the user u in the role r for t, and the range s0:c1.
TEST(Selinux, SaysWhichPartOfAContextIsUnknown) {
  const Policy policy{[](const std::string& context) {
                        for (const char* known : {"u:r:t:s0", "u:r:t:s0:c1", "own:object_r:t:s0",
                                                  "own:object_r:f:s0"}) {
                          if (context == known) return true;
                        }
                        return false;
                      },
                      "own"};
  const char* rows[][2] = {
      {"u:r:t:s0:c1", ""},
      {"u:r", "no context like user:role:type:range"},
      {"u:r:nosuch_t:s0", R"(the loaded policy has no type "nosuch_t")"},
      {"u:r:f:s0", R"(the loaded policy has no type "f" for the user "u" in the role "r")"},
      {"u:r:t:s0:c5000", R"(the loaded policy has no range "s0:c5000")"},
      {"u:r:t", "the loaded policy wants a range as well, such as s0"},
  };
  for (const auto& [context, fault] : rows) EXPECT_EQ(find_fault(context, policy), fault);
}

}  // namespace
