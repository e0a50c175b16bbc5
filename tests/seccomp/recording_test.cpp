#include "seccomp/recording.h"

#include <gtest/gtest.h>
#include <linux/audit.h>

#include "oci/json_reader.h"
#include "oci/json_writer.h"
#include "seccomp/architecture.h"
#include "seccomp/calls.h"
#include "tests/support/forked.h"

namespace seccomp {
namespace {

// Numbers of the kernel's tables; a test must not ask what it tests.
constexpr std::uint32_t kX86_64 = AUDIT_ARCH_X86_64;
constexpr std::uint32_t kI386 = AUDIT_ARCH_I386;
constexpr std::uint32_t kRead = 0;
constexpr std::uint32_t kSocket = 41;
constexpr std::uint32_t kClone = 56;
constexpr std::uint32_t kPersonality = 135;
constexpr std::uint32_t kPrctl = 157;

constexpr const char* kAlways = R"("execve","exit","exit_group")";

std::string json_of(const oci::Seccomp& profile) { return oci::write_json(profile); }

oci::Seccomp profile_of(std::string_view text) {
  return oci::read_json<oci::Seccomp>("profile", text);
}

// What every one that denies begins with.
std::string denying(const std::string& architectures, const std::string& rules) {
  return R"({"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"architectures":[)" +
         architectures + R"(],"syscalls":[)" + rules + "]}";
}

std::string allowing(const std::string& names) {
  return R"({"names":[)" + names + R"(],"action":"SCMP_ACT_ALLOW"})";
}

std::string allowing_value(const std::string& name, const std::string& value) {
  return R"({"names":[")" + name + R"("],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":)" +
         value + R"(,"op":"SCMP_CMP_EQ"}]})";
}

TEST(Recording, AllowsWhatWasSeenAndWhatCannotBeAvoided) {
  Recording recording;
  recording.add(kX86_64, kSocket, {2});
  recording.add(kX86_64, kRead, {});
  recording.add(kX86_64, kRead, {});
  EXPECT_EQ(json_of(recording.profile()),
            denying(R"("SCMP_ARCH_X86_64")",
                    allowing(kAlways +
                             std::string(R"(,"read","restart_syscall","rt_sigreturn","socket")"))));
  EXPECT_TRUE(recording.unnamed().empty());
}

TEST(Recording, NothingSeenIsNothingAllowed) {
  EXPECT_EQ(json_of(Recording().profile()),
            R"({"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1})");
}

TEST(Recording, TakesEachArchitectureForItself) {
  Recording recording;
  recording.add(kX86_64, kRead, {});
  recording.add(kI386, 20, {});                // getpid
  recording.add(kX86_64, kX32Bit | 514, {});   // ioctl of x32
  recording.add(AUDIT_ARCH_AARCH64, 172, {});  // getpid
  EXPECT_EQ(json_of(recording.profile()),
            denying(R"("SCMP_ARCH_X86","SCMP_ARCH_X86_64","SCMP_ARCH_X32","SCMP_ARCH_AARCH64")",
                    allowing(kAlways + std::string(R"(,"getpid","ioctl","read",)"
                                                   R"("restart_syscall","rt_sigreturn",)"
                                                   R"("sigreturn")"))));
}

TEST(Recording, NamesWhatItCannotName) {
  Recording recording;
  recording.add(kX86_64, kRead, {});
  recording.add(kX86_64, 999999, {});
  recording.add(kI386, 888888, {});
  recording.add(12345, 7, {});
  const std::vector<std::string> wanted = {"7 of an unknown architecture",
                                           "888888 of SCMP_ARCH_X86", "999999 of SCMP_ARCH_X86_64"};
  EXPECT_EQ(recording.unnamed(), wanted);
  // An architecture of which nothing is allowed isn't.
  EXPECT_EQ(recording.profile().architectures,
            std::vector<oci::SeccompArch>{oci::SeccompArch::X86_64});
}

TEST(Recording, HasARuleForEachValueIfAsked) {
  Recording recording({"socket", "prctl"});
  for (const std::uint64_t domain : {10U, 2U, 10U}) recording.add(kX86_64, kSocket, {domain, 1});
  recording.add(kX86_64, kPrctl, {~0ULL});
  recording.add(kX86_64, kClone, {0x11});
  EXPECT_EQ(json_of(recording.profile()),
            denying(R"("SCMP_ARCH_X86_64")",
                    allowing(R"("clone",)" + std::string(kAlways) +
                             R"(,"restart_syscall","rt_sigreturn")") +
                        "," + allowing_value("prctl", "18446744073709551615") + "," +
                        allowing_value("socket", "2") + "," + allowing_value("socket", "10")));
}

TEST(Recording, KnowsWhereTheFlagsOfCloneAre) {
  if (!seccomp::is_available(seccomp::architecture_of(oci::SeccompArch::S390x))) {
    GTEST_SKIP() << "needs a machine with the byte order of s390x";
  }
  Recording recording({"clone", "personality"});
  recording.add(AUDIT_ARCH_S390X, 120, {1, 2});  // clone(newsp, flags)
  recording.add(kX86_64, kClone, {3, 4});
  recording.add(kX86_64, kPersonality, {5, 6});
  const auto& rules = recording.profile().syscalls;
  ASSERT_EQ(rules.size(), 4U);
  EXPECT_EQ(rules[1].args[0].index, 0U);
  EXPECT_EQ(rules[1].args[0].value, 3U);
  EXPECT_EQ(rules[2].args[0].index, 1U);
  EXPECT_EQ(rules[2].args[0].value, 2U);
  EXPECT_EQ(rules[3].names, std::vector<std::string>{"personality"});
  EXPECT_EQ(rules[3].args[0].value, 5U);
}

TEST(Unite, AllowsWhatEitherDoes) {
  const struct {
    const char* what;
    std::string one, other, wanted;
  } cases[] = {
      {"names and architectures", denying(R"("SCMP_ARCH_X86_64")", allowing(R"("write","read")")),
       denying(R"("SCMP_ARCH_X86","SCMP_ARCH_X86_64")",
               allowing(R"("brk")") + "," + allowing(R"("read")")),
       denying(R"("SCMP_ARCH_X86","SCMP_ARCH_X86_64")", allowing(R"("brk","read","write")"))},
      {"values", denying(R"("SCMP_ARCH_X86")", allowing_value("socket", "2")),
       denying(R"("SCMP_ARCH_X86")",
               allowing_value("socket", "1") + "," + allowing_value("socket", "2")),
       denying(R"("SCMP_ARCH_X86")",
               allowing_value("socket", "1") + "," + allowing_value("socket", "2"))},
      {"a value and all values", denying(R"("SCMP_ARCH_X86")", allowing_value("socket", "2")),
       denying(R"("SCMP_ARCH_X86")", allowing(R"("socket")")),
       denying(R"("SCMP_ARCH_X86")", allowing(R"("socket")"))},
  };
  for (const auto& each : cases) {
    const oci::Seccomp one = profile_of(each.one), other = profile_of(each.other);
    EXPECT_EQ(json_of(unite(one, other)), each.wanted) << each.what;
    EXPECT_EQ(json_of(unite(other, one)), each.wanted) << each.what << ", the other way round";
    EXPECT_EQ(json_of(unite(unite(one, other), one)), each.wanted) << each.what << ", again";
  }
}

TEST(Unite, IsOfProfilesThatMeanTheSame) {
  const struct {
    const char* text;
    const char* error;  // "" for none
  } cases[] = {
      {R"({"defaultAction":"SCMP_ACT_ERRNO"})", ""},
      {R"({"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"flags":[],"syscalls":[
          {"names":["read"],"action":"SCMP_ACT_ALLOW"}]})",
       ""},
      {R"({"defaultAction":"SCMP_ACT_KILL"})",
       "/at/defaultAction: SCMP_ACT_KILL: only profiles that deny with SCMP_ACT_ERRNO can be "
       "united"},
      {R"({"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38})",
       "/at/defaultErrnoRet: 38: only profiles that deny with EPERM (1) can be united"},
      {R"({"defaultAction":"SCMP_ACT_ERRNO","flags":["SECCOMP_FILTER_FLAG_LOG"]})",
       "/at/flags: not empty: only profiles without flags can be united"},
      {R"({"defaultAction":"SCMP_ACT_ERRNO","syscalls":[
          {"names":["read"],"action":"SCMP_ACT_ALLOW"},
          {"names":["write"],"action":"SCMP_ACT_NOTIFY"}]})",
       "/at/syscalls/1/action: SCMP_ACT_NOTIFY: only rules with SCMP_ACT_ALLOW can be united"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(test_support::error_of([&] { check_can_be_united(profile_of(each.text), "/at"); }),
              each.error);
  }
}

TEST(CountNames, CountsEachOnce) {
  EXPECT_EQ(count_names(oci::Seccomp{}), 0U);
  EXPECT_EQ(
      count_names(profile_of(denying(R"("SCMP_ARCH_X86")", allowing(R"("read","write")") + "," +
                                                               allowing_value("socket", "1") + "," +
                                                               allowing_value("socket", "2")))),
      3U);
}

}  // namespace
}  // namespace seccomp
