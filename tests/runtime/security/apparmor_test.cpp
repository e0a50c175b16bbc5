#include "runtime/security/apparmor.h"

#include <gtest/gtest.h>

namespace {

using namespace runtime::security;

TEST(AppArmor, FindsAProfileInTheKernelsList) {
  constexpr const char* kList =
      "docker-default (enforce)\nwith space (complain)\nouter//hat (enforce)\n";
  for (const char* there : {"docker-default", "with space", "outer//hat"}) {
    EXPECT_TRUE(is_listed(kList, there)) << there;
  }
  for (const char* missing : {"docker", "docker-default (enforce)", "hat", "outer", "space"}) {
    EXPECT_FALSE(is_listed(kList, missing)) << missing;
  }
  EXPECT_FALSE(is_listed("", "docker-default"));
}

TEST(AppArmor, FindsAProfileInALabel) {
  const char* held[][2] = {
      {"web (enforce)", "web"},       {"web", "web"},
      {"unconfined", "unconfined"},   {"crun//&web (mixed)", "web"},
      {"a//&web//&b (mixed)", "web"}, {"a//&b//&c (enforce)", "c//&a"},
      {"a//&web (mixed)", "&web"},    {"outer//hat (complain)", "outer//hat"},
  };
  for (const auto& [label, profile] : held) EXPECT_TRUE(has_profile(label, profile)) << label;
  const char* lacking[][2] = {
      {"unconfined", "web"},      {"", "web"},
      {"webs (enforce)", "web"},  {"web//hat (enforce)", "web"},
      {"a//&b (mixed)", "a//&c"},
  };
  for (const auto& [label, profile] : lacking) EXPECT_FALSE(has_profile(label, profile)) << label;
}

}  // namespace
