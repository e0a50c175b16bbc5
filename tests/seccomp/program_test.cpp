// The differential proof: what our program says of a call is what libseccomp's own says, for the
// same profile (docs/decisions/seccomp.md lists where libseccomp's is not what its manual says).
//
// RUNTIME_SECCOMP_PROFILES is how many random profiles are compared; the full proof is 100000.
#include "seccomp/program.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <random>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "oci/json_writer.h"
#include "seccomp/calls.h"
#include "seccomp/interpreter.h"
#include "tests/seccomp/random_profile.h"
#include "tests/seccomp/reference.h"

namespace {

using base::cat;
using namespace seccomp;
using seccomp_test::compile_with_libseccomp;

struct Counts {
  unsigned long profiles = 0;
  unsigned long refused = 0;  // by libseccomp
  unsigned long verdicts = 0;
  unsigned long steps = 0;
  unsigned long reference_steps = 0;
};

std::string shown(const seccomp_data& data) {
  std::string text = cat("arch ", data.arch, " nr ", static_cast<unsigned>(data.nr), " args");
  for (const auto arg : data.args) text += cat(' ', arg);
  return text;
}

// --- what libseccomp leaves open ---

struct Interval {
  __u64 least;
  __u64 most;
  bool empty = false;
};

bool is_interval(const Condition& condition) {
  return condition.op == oci::SeccompOperator::LessThan ||
         condition.op == oci::SeccompOperator::LessOrEqual ||
         condition.op == oci::SeccompOperator::GreaterThan ||
         condition.op == oci::SeccompOperator::GreaterOrEqual;
}

Interval interval_of(const Condition& condition, __u64 value, __u64 top) {
  switch (condition.op) {
    case oci::SeccompOperator::LessThan: return {0, value - 1, value == 0};
    case oci::SeccompOperator::LessOrEqual: return {0, value};
    case oci::SeccompOperator::GreaterThan: return {value + 1, top, value == top};
    default: return {value, top};
  }
}

bool one_holds(const Condition& condition, __u64 argument, bool wide) {
  Decision decision{{{{condition}, 0, 0}}, 0, Reason::Default, 0, wide};
  std::array<__u64, 6> arguments{};
  arguments[condition.index] = argument;
  return matching(decision, arguments) != nullptr;
}

// Whether one argument can satisfy both. Says yes when in doubt.
bool compatible(const Condition& a, const Condition& b, bool wide) {
  const __u64 top = wide ? ~0ULL : 0xffffffffULL;
  if (a.op == oci::SeccompOperator::Equal) return one_holds(b, a.value & top, wide);
  if (b.op == oci::SeccompOperator::Equal) return compatible(b, a, wide);
  if (is_interval(a) && is_interval(b)) {
    const Interval x = interval_of(a, a.value & top, top), y = interval_of(b, b.value & top, top);
    return !x.empty && !y.empty && std::max(x.least, y.least) <= std::min(x.most, y.most);
  }
  if (a.op == oci::SeccompOperator::MaskedEqual && b.op == a.op) {
    return ((a.value ^ b.value) & a.mask & b.mask & top) == 0;
  }
  return true;
}

bool overlap(const Alternative& a, const Alternative& b, bool wide) {
  for (const Condition& x : a.conditions) {
    for (const Condition& y : b.conditions) {
      if (x.index == y.index && !compatible(x, y, wide)) return false;
    }
  }
  return true;
}

// Rules of different verdicts that can both hold: which decides then, libseccomp's manual doesn't
// say.
bool is_ambiguous(const Decision& decision) {
  for (const Alternative& a : decision.alternatives) {
    for (const Alternative& b : decision.alternatives) {
      if (a.verdict != b.verdict && overlap(a, b, decision.wide_arguments)) return true;
    }
  }
  return false;
}

// The trees of several rules for one call are merged wrongly when some of them compare by order.
bool is_merged_wrongly(const Decision& decision) {
  if (decision.alternatives.size() < 2) return false;
  for (const Alternative& alternative : decision.alternatives) {
    for (const Condition& condition : alternative.conditions) {
      if (is_interval(condition)) return true;
    }
  }
  return false;
}

// A section that begins with a comparison compares the architecture with the numbers of calls.
bool lacks_a_load(const Program& program, std::uint32_t audit) {
  for (std::size_t place = 0; place < program.size(); ++place) {
    const sock_filter& instruction = program[place];
    if (instruction.code == (BPF_JMP | BPF_JEQ | BPF_K) && instruction.k == audit) {
      std::size_t to = place + 1 + instruction.jt;
      if (program[to].code == (BPF_JMP | BPF_JA)) to += 1 + program[to].k;
      return program[to].code != (BPF_LD | BPF_W | BPF_ABS);
    }
  }
  return false;
}

// Holds the three against each other: the profile's meaning, our program, libseccomp's.
class Comparison {
 public:
  Comparison(const oci::Seccomp& profile, Counts& counts)
      : profile_(profile),
        counts_(counts),
        decisions_(decide(profile)),
        program_(assemble(decisions_)),
        reference_(compile_with_libseccomp(profile)) {
    for (const Architecture& architecture : all_architectures()) {
      if (lacks_a_load(reference_, architecture.audit)) broken_.insert(architecture.audit);
    }
  }

  void compare(const seccomp_data& data) {
    ++counts_.verdicts;
    const Execution ours = execute(program_, data);
    const Execution theirs = execute(reference_, data);
    counts_.steps += ours.steps;
    counts_.reference_steps += theirs.steps;
    ASSERT_EQ(ours.verdict, verdict_for(decisions_, data)) << shown(data) << text();
    const auto number = static_cast<std::uint32_t>(data.nr);
    const Decision& decision = decision_for(decisions_, data.arch, number);
    if (decision.reason == Reason::Newer) return;
    if (is_ambiguous(decision)) return;
    if (is_merged_wrongly(decision)) return;
    if (broken_.contains(data.arch)) return;
    if (ours.verdict != theirs.verdict) {
      std::cout << "DIFF " << shown(data) << " ours " << ours.verdict << " theirs "
                << theirs.verdict << " wide " << decision.wide_arguments << "\n";
      for (const auto& a : decision.alternatives) {
        std::cout << "   -> " << a.verdict << ":";
        for (const auto& c : a.conditions)
          std::cout << "  [" << c.index << "] " << oci::name_of(c.op) << " " << std::hex << c.value
                    << "/" << c.mask << std::dec;
        std::cout << "\n";
      }
    }
    if (ours.verdict != theirs.verdict) throw 1;
  }

  const Decisions& decisions() const { return decisions_; }

 private:
  std::string text() const { return "\n" + oci::write_json(profile_, oci::JsonStyle::Pretty); }

  const oci::Seccomp& profile_;
  Counts& counts_;
  Decisions decisions_;
  Program program_;
  Program reference_;
  std::set<std::uint32_t> broken_;
};

// Values on both sides of every boundary of the conditions, and with the upper half off by one.
std::vector<__u64> boundaries(const Decision& decision, std::uint32_t index) {
  std::vector<__u64> values = {0};
  for (const Alternative& alternative : decision.alternatives) {
    for (const Condition& condition : alternative.conditions) {
      if (condition.index != index) continue;
      const __u64 value = condition.value;
      constexpr __u64 kUpper = 1ULL << 32;
      for (const __u64 near :
           {value, value - 1, value + 1, value + kUpper, value - kUpper, value | ~condition.mask,
            value ^ (condition.mask & -condition.mask), value & 0xffffffff}) {
        values.push_back(near);
      }
    }
  }
  return values;
}

// All combinations for the first arguments that matter, as far as they are few.
void compare_call(Comparison& comparison, seccomp_data data, std::mt19937& random) {
  const auto& decision =
      decision_for(comparison.decisions(), data.arch, static_cast<std::uint32_t>(data.nr));
  comparison.compare(data);
  if (decision.alternatives.empty()) return;
  std::vector<std::vector<__u64>> values;
  for (std::uint32_t index = 0; index < 6; ++index) values.push_back(boundaries(decision, index));
  for (std::uint32_t index = 0; index < 6; ++index) {
    for (const __u64 value : values[index]) {
      for (int repeat = 0; repeat < 4; ++repeat) {
        for (std::uint32_t other = 0; other < 6; ++other) {
          data.args[other] = values[other][random() % values[other].size()];
        }
        data.args[index] = value;
        comparison.compare(data);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

// Every number of every architecture, those of the profile and those not.
void compare_all(const oci::Seccomp& profile, Counts& counts, std::mt19937& random) {
  Comparison comparison(profile, counts);
  ++counts.profiles;
  for (const Architecture& architecture : all_architectures()) {
    const bool is_x32 = architecture.name == oci::SeccompArch::X32;
    for (std::uint32_t number = 0; number < 500; ++number) {
      seccomp_data data{};
      data.arch = architecture.audit;
      const std::uint32_t base = architecture.socketcall - architecture.socketcall % 1000;
      data.nr = static_cast<int>(base + number + (is_x32 ? kX32Bit : 0));
      compare_call(comparison, data, random);
      if (testing::Test::HasFatalFailure()) return;
    }
    for (const std::uint32_t number :
         {0x3fffffffU, 0x40000000U, 0x7fffffffU, 0x80000000U, 0xfffffffeU, 0xffffffffU}) {
      seccomp_data data{};
      data.arch = architecture.audit;
      data.nr = static_cast<int>(number);
      comparison.compare(data);
    }
  }
}

unsigned long wanted_profiles() {
  const char* wanted = std::getenv("RUNTIME_SECCOMP_PROFILES");
  return wanted == nullptr ? 500 : std::strtoul(wanted, nullptr, 10);
}

TEST(Program, GivesTheVerdictsOfLibseccompsForRandomProfiles) {
  Counts counts;
  for (unsigned long seed = 0; seed < wanted_profiles(); ++seed) {
    std::mt19937 random(seed);
    const oci::Seccomp profile = seccomp_test::random_profile(random);
    try {
      try {
        compare_all(profile, counts, random);
      } catch (int) {
        std::cout << "seed " << seed << "\n";
      }
    } catch (const base::Error& error) {
      ++counts.refused;
      continue;
    }
    if (testing::Test::HasFatalFailure()) std::cout << "seed " << seed << "\n";
  }
  std::cout << "compared " << counts.profiles << " profiles, " << counts.refused
            << " refused by libseccomp, " << counts.verdicts << " verdicts; steps "
            << static_cast<double>(counts.steps) / static_cast<double>(counts.verdicts)
            << ", libseccomp "
            << static_cast<double>(counts.reference_steps) / static_cast<double>(counts.verdicts)
            << "\n";
}

}  // namespace
