#include "tests/seccomp/random_profile.h"

#include <array>
#include <string>

#include "seccomp/calls.h"

namespace seccomp_test {

namespace {

using oci::SeccompAction;
using oci::SeccompArch;
using oci::SeccompOperator;

template <typename T, std::size_t N>
T one_of(const std::array<T, N>& all, std::mt19937& random) {
  return all[random() % N];
}

// All names of the architectures a container may use.
const std::vector<std::string>& names() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> result;
    for (const SeccompArch name : {SeccompArch::X86_64, SeccompArch::X86, SeccompArch::Arm}) {
      const auto& architecture = seccomp::architecture_of(name);
      for (std::uint32_t number = 0; number < 500; ++number) {
        std::string call(seccomp::call_name(architecture, number));
        if (!call.empty()) result.push_back(std::move(call));
      }
    }
    return result;
  }();
  return all;
}

std::string random_name(std::mt19937& random) {
  // Those of one number for many, and what has the most argument rules in the wild.
  constexpr std::array<const char*, 10> kSpecial = {
      "socket",  "semget",      "clone", "socketcall", "ipc",
      "connect", "personality", "recv",  "shmat",      "no_such_call"};
  return random() % 4 == 0 ? one_of(kSpecial, random) : names()[random() % names().size()];
}

std::uint64_t random_value(std::mt19937& random) {
  constexpr std::array<std::uint64_t, 12> kValues = {
      0, 1, 2, 8, 9, 16, 40, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0xffffffffffffffff};
  return one_of(kValues, random);
}

oci::SeccompArg random_arg(std::mt19937& random) {
  constexpr std::array<SeccompOperator, 7> kOperators = {
      SeccompOperator::NotEqual,   SeccompOperator::LessThan,       SeccompOperator::LessOrEqual,
      SeccompOperator::Equal,      SeccompOperator::GreaterOrEqual, SeccompOperator::GreaterThan,
      SeccompOperator::MaskedEqual};
  oci::SeccompArg arg;
  arg.index = static_cast<std::uint32_t>(random() % 6);
  arg.op = one_of(kOperators, random);
  arg.value = random_value(random);
  arg.value_two = random_value(random);
  return arg;
}

constexpr std::array<SeccompAction, 9> kActions = {
    SeccompAction::Kill,  SeccompAction::KillProcess, SeccompAction::KillThread,
    SeccompAction::Trap,  SeccompAction::Errno,       SeccompAction::Trace,
    SeccompAction::Allow, SeccompAction::Log,         SeccompAction::Notify};

oci::SeccompSyscall random_rule(std::mt19937& random) {
  oci::SeccompSyscall rule;
  for (auto count = 1 + random() % 8; count > 0; --count) {
    rule.names.push_back(random_name(random));
  }
  rule.action = one_of(kActions, random);
  if (rule.action == SeccompAction::Errno && random() % 2 == 0)
    rule.errno_ret = static_cast<std::uint32_t>(random() % 4096);
  if (random() % 2 == 0) return rule;
  for (auto count = 1 + random() % 3; count > 0; --count) rule.args.push_back(random_arg(random));
  return rule;
}

}  // namespace

oci::Seccomp random_profile(std::mt19937& random) {
  constexpr std::array<SeccompArch, 6> kArchitectures = {
      SeccompArch::X86, SeccompArch::X86_64,  SeccompArch::X32,
      SeccompArch::Arm, SeccompArch::Aarch64, SeccompArch::Riscv64};
  oci::Seccomp profile;
  do {
    profile.default_action = one_of(kActions, random);
  } while (profile.default_action == SeccompAction::Notify);
  for (auto count = random() % 4; count > 0; --count) {
    profile.architectures.push_back(one_of(kArchitectures, random));
  }
  for (auto count = random() % 12; count > 0; --count) {
    profile.syscalls.push_back(random_rule(random));
  }
  return profile;
}

}  // namespace seccomp_test
