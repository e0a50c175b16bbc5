#include "runtime/security/container_contexts.h"

#include <gtest/gtest.h>

namespace {

using namespace runtime::security;

TEST(ContainerContexts, AreLinesOfAFile) {
  constexpr const char* kText =
      "# SELINUXTYPE=none\nSELINUXTYPE=default\nprocess = \"u:r:t:s0\"\n content=\"c\"\n"
      "file\t=\t\"u:object_r:f:s0\" \nempty =\nno equals\n";
  EXPECT_EQ(value_of(kText, "SELINUXTYPE"), "default");
  EXPECT_EQ(value_of(kText, "process"), "u:r:t:s0");
  EXPECT_EQ(value_of(kText, "content"), "c");
  EXPECT_EQ(value_of(kText, "file"), "u:object_r:f:s0");
  for (const char* missing : {"empty", "no equals", "proc", ""}) {
    EXPECT_EQ(value_of(kText, missing), "") << missing;
  }
}

TEST(ContainerContexts, GetCategories) {
  const char* rows[][2] = {
      {"u:r:t:s0", "u:r:t:s0:c3,c14"},
      {"u:r:t", "u:r:t:s0:c3,c14"},
      {"u:r:t:s0-s0:c0.c1023", "u:r:t:s0:c3,c14"},
      {"u:r:t:s1:c9", "u:r:t:s1:c3,c14"},
      {"nonsense", "nonsense"},
  };
  for (const auto& [context, wanted] : rows) EXPECT_EQ(with_categories(context, {3, 14}), wanted);
  EXPECT_EQ(with_categories("u:r:t:s0:c1,c2", {}), "u:r:t:s0");
}

}  // namespace
