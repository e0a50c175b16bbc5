// The kernel's word: under random filters it does about random calls, made in all three ways that
// x86-64 has, what execute() says it will.
//
// So that no call takes effect, every verdict of these profiles is an errno, which also tells the
// rules apart; but for the one call by which the child ends.
#if defined(__x86_64__)
#include <cstring>
#include <gtest/gtest.h>
#include <iostream>
#include <linux/audit.h>
#include <random>
#include <sched.h>
#include <sys/mman.h>

#include "base/error.h"
#include "base/process.h"
#include "base/seccomp.h"
#include "integration/tools/raw_call.h"
#include "seccomp/interpreter.h"
#include "tests/seccomp/random_profile.h"
#include "tests/support/forked.h"

namespace {

using namespace seccomp;
using raw_call::Abi;

constexpr unsigned kProfiles = 250;
constexpr std::size_t kSamples = 400;
constexpr const char* kEnd = "exit_group";

struct Sample {
  Abi abi;
  std::uint32_t number;
  raw_call::Arguments arguments;
};

seccomp_data data_of(const Sample& sample) {
  seccomp_data data{};
  const bool narrow = sample.abi == Abi::I386;
  data.arch = narrow ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64;
  data.nr = static_cast<int>(sample.number | (sample.abi == Abi::X32 ? kX32Bit : 0));
  for (std::size_t i = 0; i < sample.arguments.size(); ++i) {
    const auto argument = static_cast<__u64>(sample.arguments[i]);
    data.args[i] = narrow ? argument & 0xffffffff : argument;
  }
  return data;
}

// No filter is asked about these, which the kernel itself puts into programs: uretprobe (since
// Linux 6.14) and uprobe (6.18).
bool is_unfiltered(const Sample& sample) {
  return sample.abi == Abi::X86_64 && (sample.number == 335 || sample.number == 336);
}

// Rules are told apart by 2, 3, …; less than ENOSYS, of newer calls.
oci::Seccomp harmless_profile(std::mt19937& random) {
  oci::Seccomp profile = seccomp_test::random_profile(random);
  profile.default_action = oci::SeccompAction::Errno;
  profile.default_errno_ret = 1;
  std::uint32_t errno_ret = 2;
  for (oci::SeccompSyscall& rule : profile.syscalls) {
    rule.action = oci::SeccompAction::Errno;
    rule.errno_ret = errno_ret++;
    std::erase(rule.names, kEnd);
  }
  profile.syscalls.push_back({{kEnd}, oci::SeccompAction::Allow, {}, {}});
  return profile;
}

class Sampler {
 public:
  Sampler(const Decisions& decisions, std::mt19937& random) : random_(random) {
    for (const Table& table : decisions.tables) {
      for (const Range& range : table.ranges) numbers_.push_back(range.first);
    }
    for (const Decision& decision : decisions.decisions) {
      for (const Alternative& alternative : decision.alternatives) {
        for (const Condition& condition : alternative.conditions)
          values_.push_back(condition.value);
      }
    }
  }

  Sample next() {
    Sample sample{};
    sample.abi = static_cast<Abi>(random_() % 3);
    sample.number = number();
    if (sample.abi != Abi::X86_64) sample.number &= ~kX32Bit;
    for (long& argument : sample.arguments) argument = static_cast<long>(value());
    return sample;
  }

 private:
  // Where something else is decided, on either side of that, or anywhere.
  std::uint32_t number() {
    const std::uint32_t boundary = numbers_[random_() % numbers_.size()];
    switch (random_() % 6) {
      case 0: return static_cast<std::uint32_t>(random_() % 600);
      case 1: return boundary - 1;
      case 2: return boundary + 1;
      default: return boundary;
    }
  }

  __u64 value() {
    __u64 value = values_.empty() ? 0 : values_[random_() % values_.size()];
    value += random_() % 3 - 1;
    if (random_() % 4 == 0) value ^= 1ULL << (random_() % 64);
    return value;
  }

  std::mt19937& random_;
  std::vector<std::uint32_t> numbers_ = {0};
  std::vector<__u64> values_;
};

// What the child finds, in memory that it shares.
class Results {
 public:
  Results()
      : values_(static_cast<long*>(mmap(nullptr, kSamples * sizeof(long), PROT_READ | PROT_WRITE,
                                        MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    std::memset(values_, 0xff, kSamples * sizeof(long));
  }
  ~Results() { munmap(values_, kSamples * sizeof(long)); }
  Results(const Results&) = delete;
  Results& operator=(const Results&) = delete;
  long& operator[](std::size_t place) { return values_[place]; }

 private:
  long* values_;
};

struct Expected {
  std::vector<Sample> answered;
  std::vector<Verdict> verdicts;
  std::optional<Sample> deadly;  // one of those that end the child
};

Expected draw(const Program& program, Sampler& sampler) {
  Expected expected;
  while (expected.answered.size() < kSamples) {
    const Sample sample = sampler.next();
    const Verdict verdict = execute(program, data_of(sample)).verdict;
    if (is_unfiltered(sample) || verdict == SECCOMP_RET_ALLOW) continue;
    if (verdict == SECCOMP_RET_KILL_THREAD) {
      expected.deadly = sample;
    } else {
      expected.answered.push_back(sample);
      expected.verdicts.push_back(verdict);
    }
  }
  return expected;
}

// In namespaces of its own, should a filter let a call pass after all.
int run_under(const Program& program, const Expected& expected, Results& results) {
  const auto child = [&] {
    sys::set_no_new_privileges();
    sys::set_seccomp_filter(program, 0);
    for (std::size_t i = 0; i < expected.answered.size(); ++i) {
      const Sample& sample = expected.answered[i];
      results[i] = raw_call::make(sample.abi, sample.number, sample.arguments);
    }
    if (const auto& last = expected.deadly)
      raw_call::make(last->abi, last->number, last->arguments);
    sys::leave_child(0);
    return 0;
  };
  return test_support::status_of_child(child, CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS |
                                                  CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS);
}

TEST(ProgramNsTest, TheKernelDoesWhatTheInterpreterSays) {
  std::mt19937 random(20240);
  std::size_t by_rules = 0;
  std::size_t deaths = 0;
  for (unsigned round = 0; round < kProfiles; ++round) {
    const Decisions decisions = decide(harmless_profile(random));
    const Program program = assemble(decisions);
    Sampler sampler(decisions, random);
    const Expected expected = draw(program, sampler);
    Results results;
    const int status = run_under(program, expected, results);
    ASSERT_EQ(status, expected.deadly ? 128 + SIGSYS : 0) << "profile " << round;
    for (std::size_t i = 0; i < kSamples; ++i) {
      const seccomp_data data = data_of(expected.answered[i]);
      ASSERT_EQ(SECCOMP_RET_ERRNO | static_cast<Verdict>(-results[i]), expected.verdicts[i])
          << "profile " << round << ", call " << std::hex << data.arch << " " << data.nr;
      if (-results[i] != 1 && -results[i] != ENOSYS) ++by_rules;
    }
    if (expected.deadly) ++deaths;
  }
  std::cout << kProfiles << " profiles, " << kProfiles * kSamples << " samples, " << by_rules
            << " of them decided by rules; " << deaths << " deaths\n";
  EXPECT_GT(by_rules, kProfiles * kSamples / 10);
}

}  // namespace
#endif
