// The table of names and numbers that the build makes of libseccomp.
#include "seccomp/calls.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "base/text.h"
#include "tests/seccomp/reference.h"

namespace {

using namespace seccomp;

std::string text_of(const Calls& calls) {
  std::string text;
  for (const Call& call : calls) {
    text += base::cat(text.empty() ? "" : " ", call.number);
    if (call.multiplexed) text += base::cat('/', *call.multiplexed);
  }
  return text;
}

TEST(Calls, NamesHaveNumbersPerArchitecture) {
  struct Row {
    oci::SeccompArch architecture;
    const char* name;
    const char* calls;
  };
  using enum oci::SeccompArch;
  const Row rows[] = {
      {X86_64, "read", "0"},
      {X86_64, "socket", "41"},
      {X86_64, "socketcall", ""},
      {X86_64, "mmap2", ""},
      {X86_64, "recv", ""},
      {X32, "read", "1073741824"},
      {Aarch64, "read", "63"},
      {Aarch64, "open", ""},
      {X86, "socketcall", "102"},
      {X86, "socket", "102/1 359"},
      {X86, "accept", "102/5"},
      {X86, "recvmmsg", "102/19 337"},
      {X86, "semop", "117/1"},
      {X86, "shmat", "117/21 397"},
      {X86_64, "no_such_call", ""},
      {Ppc64Le, "socket", "102/1 326"},
      {Mipsel, "socket", "4102/1 4183"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(text_of(resolve(architecture_of(row.architecture), row.name)), row.calls)
        << oci::name_of(row.architecture) << ' ' << row.name;
  }
}

// The library itself against the table that the build has made of it.
TEST(Calls, AreLibseccomps) {
  for (const Architecture& architecture : all_architectures()) {
    if (!is_available(architecture)) continue;
    const bool is_x32 = architecture.name == oci::SeccompArch::X32;
    const std::uint32_t base = is_x32 ? kX32Bit : 0;
    for (std::uint32_t number = base; number < base + 7000; ++number) {
      const std::string name = seccomp_test::name_in_libseccomp(architecture, number);
      const std::string_view ours = call_name(architecture, number);
      if (!ours.empty()) {
        EXPECT_EQ(ours, name) << number;
      }
      if (name.empty()) continue;
      const Calls calls = resolve(architecture, name);
      EXPECT_FALSE(calls.empty()) << name;
      // MIPS's have two numbers to libseccomp, the other one counted from where they begin.
      const bool is_number = std::any_of(calls.begin(), calls.end(), [&](const Call& call) {
        return call.number == number && !call.multiplexed;
      });
      if (is_number) {
        EXPECT_EQ(ours, name) << number;
      }
      const bool is_mips = architecture.name >= oci::SeccompArch::Mips &&
                           architecture.name <= oci::SeccompArch::Mipsel64N32;
      EXPECT_TRUE(is_number || (is_mips && number < 4000)) << name << ' ' << number;
    }
  }
}

TEST(Calls, KnowsWhatIsACallSomewhere) {
  EXPECT_TRUE(find_name("read"));
  EXPECT_TRUE(find_name("arm_fadvise64_64"));
  EXPECT_TRUE(find_name("recv"));
  EXPECT_FALSE(find_name("no_such_call"));
  EXPECT_FALSE(find_name(""));
  EXPECT_FALSE(find_name("zzz"));
}

TEST(Calls, NumbersHaveNames) {
  EXPECT_EQ(call_name(architecture_of(oci::SeccompArch::X86_64), 56), "clone");
  EXPECT_EQ(call_name(architecture_of(oci::SeccompArch::X32), kX32Bit), "read");
  EXPECT_EQ(call_name(architecture_of(oci::SeccompArch::X86_64), 999), "");
}

}  // namespace
