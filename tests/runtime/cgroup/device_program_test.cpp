#include "runtime/cgroup/device_program.h"

#include "tests/runtime/cgroup/device_support.h"

namespace runtime::cgroup {
namespace {

using namespace test;
using enum oci::DeviceRuleType;
using Entries = std::vector<oci::DeviceRule>;

std::vector<bpf_insn> program_of(const Entries& entries) {
  return device_program(effective_device_rules(entries));
}

// Nothing the verifier would call unreachable.
bool is_all_reachable(const std::vector<bpf_insn>& program) {
  std::vector<bool> reached(program.size());
  reached[0] = true;
  for (std::size_t at = 0; at < program.size(); ++at) {
    if (!reached[at]) return false;
    const auto kind = BPF_CLASS(program[at].code);
    const bool jumps = kind == BPF_JMP || kind == BPF_JMP32;
    if (jumps && BPF_OP(program[at].code) == BPF_EXIT) continue;
    if (jumps) reached.at(at + 1U + static_cast<std::size_t>(program[at].off)) = true;
    if (!jumps || BPF_OP(program[at].code) != BPF_JA) reached.at(at + 1) = true;
  }
  return true;
}

TEST(DeviceProgram, MeansWhatTheEntriesSay) {
  RandomEntries random(2);
  for (int round = 0; round < 1000; ++round) {
    const Entries entries = random.next();
    const auto program = program_of(entries);
    const Entries all = with_defaults(entries);
    if (!program.empty()) {
      ASSERT_TRUE(is_all_reachable(program)) << describe(entries);
    }
    Machine machine(program);
    for_each_request([&](const Request& request) {
      const bool allowed = program.empty() || machine.run(request);
      ASSERT_EQ(allowed, is_allowed(all, request)) << describe(request) << " with\n"
                                                   << describe(entries);
    });
    if (testing::Test::HasFailure()) return;
  }
}

TEST(DeviceProgram, IsNotNeededWhenEverythingIsAllowed) {
  EXPECT_TRUE(program_of({{true, {}, {}, {}, "rwm"}}).empty());
  EXPECT_TRUE(program_of({{false, {}, {}, {}, "rwm"}, {true, All, -1, -1, "mwr"}}).empty());
  EXPECT_FALSE(program_of({{true, {}, {}, {}, "rw"}}).empty());
}

TEST(DeviceProgram, IsShort) {
  // 7 to look at the request, 4 for the ends.
  EXPECT_EQ(program_of({{false, {}, {}, {}, "rwm"}}).size(), 7U + 18U + 4U);
  EXPECT_EQ(program_of(docker_entries()).size(), 7U + 18U + 4U);
}

TEST(DeviceProgram, ReachesAllOfWhatIsAllowedInAConfig) {
  Entries entries;
  for (int i = 0; i < 2'000; ++i) entries.push_back({i % 2 == 0, {}, i % 256, i / 2, "r"});
  const auto program = program_of(entries);
  EXPECT_GT(program.size(), 6'000U);
  EXPECT_TRUE(Machine(program).run({DeviceKind::Block, 0, 0, kRead}));
  EXPECT_FALSE(Machine(program).run({DeviceKind::Block, 1, 0, kRead}));
}

}  // namespace
}  // namespace runtime::cgroup
