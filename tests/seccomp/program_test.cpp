// The differential proof: for every call a program of ours says what the profile says, and what
// libseccomp's own program for that profile says (but for tests/seccomp/differences.h).
//
// RUNTIME_SECCOMP_PROFILES=FIRST:COUNT takes other random profiles than the first few hundred. With
// some libseccomp 2.5.4 loops for ever, so whoever compares many does it in parts and with a
// timeout.
#include "seccomp/program.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <random>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "oci/json_writer.h"
#include "oci/load.h"
#include "seccomp/interpreter.h"
#include "tests/seccomp/differences.h"
#include "tests/seccomp/random_profile.h"
#include "tests/seccomp/reference.h"

namespace {

using namespace seccomp;
using base::cat;
using seccomp_test::compile_with_libseccomp;

struct Counts {
  unsigned long profiles = 0;
  unsigned long refused = 0;
  unsigned long verdicts = 0;
  unsigned long newer = 0;
  unsigned long ambiguous = 0;
  unsigned long merged_wrongly = 0;
  unsigned long without_load = 0;
  unsigned long steps = 0;
  unsigned long reference_steps = 0;
};

void print(const Counts& counts) {
  std::cout << "profiles " << counts.profiles << " (and " << counts.refused
            << " that libseccomp refuses), verdicts " << counts.verdicts
            << "; not compared with libseccomp's: newer calls " << counts.newer
            << ", open in its manual " << counts.ambiguous << ", merged wrongly "
            << counts.merged_wrongly << ", without a load " << counts.without_load << "; steps "
            << counts.steps / counts.verdicts << " to " << counts.reference_steps / counts.verdicts
            << "\n";
}

struct Difference {
  seccomp_data data;
  Verdict ours;
  Verdict other;
};

class Comparison {
 public:
  Comparison(const oci::Seccomp& profile, Counts& counts)
      : counts_(counts),
        decisions_(decide(profile)),
        program_(assemble(decisions_)),
        reference_(compile_with_libseccomp(profile)) {
    for (const Architecture& architecture : all_architectures()) {
      if (seccomp_test::lacks_a_load(reference_, architecture.audit)) {
        without_load_.insert(architecture.audit);
      }
    }
    ++counts_.profiles;
  }

  // Throws Difference. `exempt` counts what is not compared with libseccomp's, null: all is.
  void compare(const seccomp_data& data, unsigned long* exempt) {
    const Execution ours = execute(program_, data);
    const Verdict meant = verdict_for(decisions_, data);
    if (ours.verdict != meant) throw Difference{data, ours.verdict, meant};
    const Execution reference = execute(reference_, data);
    ++counts_.verdicts;
    counts_.steps += ours.steps;
    counts_.reference_steps += reference.steps;
    if (exempt != nullptr) {
      ++*exempt;
    } else if (ours.verdict != reference.verdict) {
      throw Difference{data, ours.verdict, reference.verdict};
    }
  }

  // Why calls of that architecture with that decision are exempt.
  unsigned long* exemption(std::uint32_t audit, const Decision& decision) const {
    if (decision.reason == Reason::Newer) return &counts_.newer;
    if (without_load_.contains(audit)) return &counts_.without_load;
    if (decision.alternatives.empty()) return nullptr;
    if (seccomp_test::is_ambiguous(decision)) return &counts_.ambiguous;
    if (seccomp_test::is_merged_wrongly(decision)) return &counts_.merged_wrongly;
    return nullptr;
  }

  const Decisions& decisions() const { return decisions_; }

 private:
  Counts& counts_;
  Decisions decisions_;
  Program program_;
  Program reference_;
  std::set<std::uint32_t> without_load_;
};

// On both sides of every boundary of the conditions, and with a bit of either half changed.
std::vector<__u64> boundaries(const Decision& decision, std::uint32_t index) {
  constexpr __u64 kUpper = 1ULL << 32;
  std::vector<__u64> values = {0};
  for (const Alternative& alternative : decision.alternatives) {
    for (const Condition& condition : alternative.conditions) {
      if (condition.index != index) continue;
      const __u64 value = condition.value;
      const __u64 lowest_asked = condition.mask & -condition.mask;
      values.insert(values.end(),
                    {value, value - 1, value + 1, value + kUpper, value - kUpper,
                     value | ~condition.mask, value ^ lowest_asked, value & (kUpper - 1)});
    }
  }
  return values;
}

void compare_call(Comparison& comparison, seccomp_data data, std::mt19937& random) {
  const Decision& decision =
      decision_for(comparison.decisions(), data.arch, static_cast<std::uint32_t>(data.nr));
  unsigned long* exempt = comparison.exemption(data.arch, decision);
  comparison.compare(data, exempt);
  if (decision.alternatives.empty()) return;
  std::vector<std::vector<__u64>> values;
  for (std::uint32_t index = 0; index < 6; ++index) values.push_back(boundaries(decision, index));
  // Each value of each argument, with the others at values of theirs.
  for (std::uint32_t index = 0; index < 6; ++index) {
    for (std::size_t sample = 0; sample < 4 * values[index].size(); ++sample) {
      for (std::uint32_t other = 0; other < 6; ++other) {
        data.args[other] = values[other][random() % values[other].size()];
      }
      data.args[index] = values[index][sample / 4];
      comparison.compare(data, exempt);
    }
  }
}

seccomp_data call(const Architecture& architecture, std::uint32_t number) {
  seccomp_data data{};
  data.arch = architecture.audit;
  data.nr = static_cast<int>(number);
  return data;
}

// Every number of every architecture there is.
void compare_all(Comparison& comparison, std::mt19937& random) {
  for (const Architecture& architecture : all_architectures()) {
    const bool is_x32 = architecture.name == oci::SeccompArch::X32;
    const std::uint32_t base = is_x32 ? kX32Bit : architecture.socketcall / 1000 * 1000;
    for (std::uint32_t number = 0; number < 500; ++number) {
      compare_call(comparison, call(architecture, base + number), random);
    }
    for (const std::uint32_t number :
         {kX32Bit - 1, kX32Bit, 2 * kX32Bit - 1, 2 * kX32Bit, ~1U, ~0U}) {
      compare_call(comparison, call(architecture, number), random);
    }
  }
}

std::string compare_profile(const oci::Seccomp& profile, Counts& counts, std::mt19937& random) {
  try {
    Comparison comparison(profile, counts);
    compare_all(comparison, random);
  } catch (const base::Error&) {
    ++counts.refused;
  } catch (const Difference& difference) {
    std::string text = cat("arch ", difference.data.arch, " number ",
                           static_cast<std::uint32_t>(difference.data.nr), " arguments");
    for (const __u64 argument : difference.data.args) text += cat(' ', argument);
    return cat(text, ": ours ", difference.ours, ", not ", difference.other, "\n",
               oci::write_json(profile, oci::JsonStyle::Pretty));
  }
  return "";
}

TEST(Program, SaysWhatLibseccompsSaysForRandomProfiles) {
  const char* wanted = std::getenv("RUNTIME_SECCOMP_PROFILES");
  const std::string range = wanted == nullptr ? "0:400" : wanted;
  const unsigned long first = std::stoul(range);
  const unsigned long count = std::stoul(range.substr(range.find(':') + 1));
  Counts counts;
  for (unsigned long seed = first; seed < first + count; ++seed) {
    std::mt19937 random(seed);
    const oci::Seccomp profile = seccomp_test::random_profile(random);
    ASSERT_EQ(compare_profile(profile, counts, random), "") << "seed " << seed;
  }
  print(counts);
}

// A few hundred rules make sections that no conditional jump spans.
TEST(Program, JumpsFar) {
  std::mt19937 random(1);
  Counts counts;
  for (int round = 0; round < 10; ++round) {
    oci::Seccomp profile = seccomp_test::random_profile(random);
    for (int more = 0; more < 10; ++more) {
      for (auto& rule : seccomp_test::random_profile(random).syscalls) {
        profile.syscalls.push_back(std::move(rule));
      }
    }
    ASSERT_EQ(compare_profile(profile, counts, random), "");
  }
  print(counts);
}

TEST(Program, TellsManyValuesApart) {
  oci::Seccomp profile;
  profile.default_action = oci::SeccompAction::Allow;
  for (std::uint64_t value = 0; value < 260; ++value) {
    const std::uint64_t upper = value < 200 ? 0 : 1ULL << 32;
    profile.syscalls.push_back({{"personality"},
                                oci::SeccompAction::Errno,
                                std::nullopt,
                                {{0, upper + value, 0, oci::SeccompOperator::Equal}}});
  }
  Counts counts;
  std::mt19937 random(1);
  ASSERT_EQ(compare_profile(profile, counts, random), "");
  EXPECT_LT(assemble(decide(profile)).size(), 300U);
}

TEST(Program, IsRefusedWhenTheKernelWouldRefuseIt) {
  oci::Seccomp profile;
  profile.default_action = oci::SeccompAction::Allow;
  for (std::uint64_t value = 0; value < 5000; ++value) {
    profile.syscalls.push_back({{"personality"},
                                oci::SeccompAction::Errno,
                                std::nullopt,
                                {{0, value, 0, oci::SeccompOperator::Equal}}});
  }
  try {
    assemble(decide(profile));
    FAIL() << "nothing was thrown";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.text(), "the filter takes 9764 instructions, the most are 4096");
  }
}

}  // namespace
