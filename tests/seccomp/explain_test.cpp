#include "seccomp/explain.h"

#include <cerrno>
#include <gtest/gtest.h>
#include <random>

#include "base/error.h"
#include "base/text.h"
#include "oci/json_reader.h"
#include "oci/json_writer.h"
#include "seccomp/calls.h"
#include "seccomp/interpreter.h"
#include "tests/seccomp/random_profile.h"
#include "tests/support/forked.h"

namespace {

using namespace seccomp;
using base::cat;

oci::Seccomp profile_of(const std::string& text) { return oci::read_json<oci::Seccomp>("p", text); }

std::string explained(const oci::Seccomp& profile, const Architecture& architecture,
                      const std::string& call, std::array<std::uint64_t, 6> arguments = {}) {
  std::string text;
  for (const auto& each : explain(profile, {architecture, call, arguments})) text += text_of(each);
  return text;
}

const Architecture& x86_64() { return architecture_of(oci::SeccompArch::X86_64); }

TEST(Explain, SaysInWordsWhatDecides) {
  const oci::Seccomp profile = profile_of(R"({"defaultAction":"SCMP_ACT_ERRNO",
    "architectures":["SCMP_ARCH_X86"],"syscalls":[
      {"names":["read","socket"],"action":"SCMP_ACT_ALLOW"},
      {"names":["clone"],"action":"SCMP_ACT_ALLOW",
       "args":[{"index":0,"value":2114060288,"op":"SCMP_CMP_MASKED_EQ"}]},
      {"names":["clone"],"action":"SCMP_ACT_ERRNO","errnoRet":38,
       "args":[{"index":0,"value":268435456,"op":"SCMP_CMP_GE"},
               {"index":1,"value":0,"op":"SCMP_CMP_NE"}]},
      {"names":["rseq"],"action":"SCMP_ACT_KILL_PROCESS"}]})");
  const std::string tail = "0x0, 0x0, 0x0, 0x0)";
  EXPECT_EQ(explained(profile, x86_64(), "read"),
            "read(0x0, 0x0, " + tail +
                ", number 0 of SCMP_ARCH_X86_64: SCMP_ACT_ALLOW\n"
                "  /linux/seccomp/syscalls/0: the rule names the call and has no conditions\n");
  EXPECT_EQ(explained(profile, x86_64(), "write"),
            "write(0x0, 0x0, " + tail +
                ", number 1 of SCMP_ARCH_X86_64: SCMP_ACT_ERRNO 1 (EPERM)\n"
                "  /linux/seccomp/defaultAction: no rule names the call\n");
  EXPECT_EQ(explained(profile, x86_64(), "clone", {0x11}),
            "clone(0x11, 0x0, " + tail +
                ", number 56 of SCMP_ARCH_X86_64: SCMP_ACT_ALLOW\n"
                "  /linux/seccomp/syscalls/1: argument 0 & 0x7e020000 == 0x0 holds\n");
  const std::string first =
      "  /linux/seccomp/syscalls/1: SCMP_ACT_ALLOW if argument 0 & 0x7e020000 == 0x0: does not "
      "hold\n";
  EXPECT_EQ(
      explained(profile, x86_64(), "clone", {0x10000011, 1}),
      "clone(0x10000011, 0x1, " + tail +
          ", number 56 of SCMP_ARCH_X86_64: SCMP_ACT_ERRNO 38 (ENOSYS)\n" + first +
          "  /linux/seccomp/syscalls/2: argument 0 >= 0x10000000 and argument 1 != 0x0 holds\n");
  EXPECT_EQ(
      explained(profile, x86_64(), "clone", {0x10000011}),
      "clone(0x10000011, 0x0, " + tail +
          ", number 56 of SCMP_ARCH_X86_64: SCMP_ACT_ERRNO 1 (EPERM)\n" + first +
          "  /linux/seccomp/syscalls/2: SCMP_ACT_ERRNO if argument 0 >= 0x10000000 and argument 1 "
          "!= 0x0: does not hold\n"
          "  /linux/seccomp/defaultAction: the conditions of no rule that names the call hold\n");
  EXPECT_EQ(explained(profile, x86_64(), "clone3"),
            "clone3(0x0, 0x0, " + tail +
                ", number 435 of SCMP_ARCH_X86_64: SCMP_ACT_ERRNO 38 (ENOSYS)\n"
                "  the number is beyond all that the profile names: a call that is younger than "
                "the profile does not exist\n");
  EXPECT_EQ(explained(profile, architecture_of(oci::SeccompArch::X32), "read"),
            "read(0x0, 0x0, " + tail +
                ", number 1073741824 of SCMP_ARCH_X32: SCMP_ACT_KILL_THREAD\n"
                "  /linux/seccomp/architectures: the architecture is not listed\n");
  EXPECT_EQ(explained(profile, architecture_of(oci::SeccompArch::X86), "socket", {2}),
            "socketcall(0x1, 0x0, " + tail +
                ", number 102 of SCMP_ARCH_X86: SCMP_ACT_ALLOW\n"
                "  /linux/seccomp/syscalls/0: argument 0 == 0x1 holds\n"
                "socket(0x2, 0x0, " +
                tail +
                ", number 359 of SCMP_ARCH_X86: SCMP_ACT_ALLOW\n"
                "  /linux/seccomp/syscalls/0: the rule names the call and has no conditions\n");
  EXPECT_EQ(explained(profile, x86_64(), "333").substr(0, 17), "io_pgetevents(0x0");
  EXPECT_EQ(explained(profile, x86_64(), "1000").substr(0, 14), "call 1000(0x0,");
}

TEST(Explain, IsJsonToo) {
  const auto profile = profile_of(R"({"defaultAction":"SCMP_ACT_ERRNO","syscalls":[]})");
  const auto explanations = explain(profile, {x86_64(), "read", {7}});
  ASSERT_EQ(explanations.size(), 1U);
  EXPECT_EQ(oci::write_json(explanations.front()),
            R"({"syscall":"read","number":0,"architecture":"SCMP_ARCH_X86_64",)"
            R"("arguments":[7,0,0,0,0,0],"action":"SCMP_ACT_ERRNO","errnoRet":1,)"
            R"("decidedBy":"/linux/seccomp/defaultAction","reason":"no rule names the call"})");
}

TEST(Explain, KnowsNoSuchCall) {
  const auto profile = profile_of(R"({"defaultAction":"SCMP_ACT_ALLOW"})");
  EXPECT_EQ(test_support::error_of([&] {
              explain(profile, {x86_64(), "mmap2", {}});
            }),
            "\"mmap2\": SCMP_ARCH_X86_64 has no system call of that name");
}

// What is explained is what the program does: explain() throws if not. And the action named is the
// verdict.
TEST(Explain, AgreesWithTheFilterForTenThousandCalls) {
  unsigned samples = 0;
  for (unsigned seed = 0; samples < 10000; ++seed) {
    std::mt19937 random(seed);
    const oci::Seccomp profile = seccomp_test::random_profile(random);
    const Decisions decisions = decide(profile);
    const Program program = assemble(decisions);
    for (const auto& rule : profile.syscalls) {
      for (const std::string& name : rule.names) {
        const Architecture& architecture =
            architecture_of(random() % 2 == 0 ? oci::SeccompArch::X86_64 : oci::SeccompArch::X86);
        if (resolve(architecture, name).empty()) continue;
        const std::array<std::uint64_t, 6> arguments = {
            random(), random() % 50, random() % 3, random() << 32, 0, ~0ULL};
        for (const auto& each : explain(profile, {architecture, name, arguments})) {
          seccomp_data data{};
          data.nr = static_cast<int>(each.number);
          data.arch = architecture.audit;
          std::copy(each.arguments.begin(), each.arguments.end(), data.args);
          ASSERT_EQ(execute(program, data).verdict, verdict_of(each.action, each.errno_ret));
          ++samples;
        }
      }
    }
  }
}

}  // namespace
